// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// A token with every bad manner that a token can have, one for each recipient. For the tests of PayoutVault.
contract StrangeToken {
    uint8 public constant decimals = 18;

    enum Manner { Plain, Silent, ReturnsFalse, Reverts, RevertsAtLength, EatsGas, ReturnsTwo, ReturnsAByte, Reenters, ReentersAndRefuses }

    mapping(address => uint256) public balanceOf;
    mapping(address => Manner) public manners;
    bytes public reentry;

    event Transfer(address indexed from, address indexed to, uint256 value);

    function mint(address to, uint256 amount) external {
        balanceOf[to] += amount;
    }

    function setManner(address recipient, Manner manner) external {
        manners[recipient] = manner;
    }

    /// What is called on the sender while it transfers to somebody who reenters.
    function setReentry(bytes calldata data) external {
        reentry = data;
    }

    /// For a token that is the vault's operator as well.
    function forward(address target, bytes calldata data) external {
        (bool done, bytes memory answer) = target.call(data);
        if (!done) assembly { revert(add(answer, 32), mload(answer)) }
    }

    function transfer(address to, uint256 value) external returns (bool) {
        Manner manner = manners[to];
        if (manner == Manner.ReturnsFalse) return false;
        if (manner == Manner.Reverts) revert("No.");
        if (manner == Manner.RevertsAtLength) assembly { revert(0, 100000) }
        if (manner == Manner.EatsGas) assembly { invalid() }
        if (manner == Manner.Reenters || manner == Manner.ReentersAndRefuses) {
            (bool done,) = msg.sender.call(reentry);
            require(done, "The vault refused to be entered.");
            if (manner == Manner.ReentersAndRefuses) return false;
        }
        require(balanceOf[msg.sender] >= value, "Too little.");
        balanceOf[msg.sender] -= value;
        balanceOf[to] += value;
        emit Transfer(msg.sender, to, value);
        if (manner == Manner.Silent) assembly { return(0, 0) }
        if (manner == Manner.ReturnsTwo) assembly { mstore(0, 2) return(0, 32) }
        if (manner == Manner.ReturnsAByte) assembly { mstore(0, shl(248, 1)) return(0, 1) }
        return true;
    }
}
