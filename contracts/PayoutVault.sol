// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// Holds a token and pays it out in batches. Each payout has a number and a bit: the chain itself refuses to pay a number
/// twice, whatever happens to the database that asks.
///
/// - Only the operator pays. What the vault holds otherwise goes to the treasury and nowhere else, ever.
/// - An item that the token refuses is reported and skipped; its neighbours are paid and its bit stays clear.
/// - No upgrade, no owner, no callback, no way to clear the bit of a payout that was paid.
///
/// The token must be an ERC-20 whose transfer moves exactly the amount. Tokens that return nothing work; one that returns
/// false, or reverts, has refused.
contract PayoutVault {
    /// One transfer of the token must fit into this, or the batch reverts: a refusal for want of gas would be a lie.
    uint256 public constant GAS_PER_ITEM = 150_000;

    /// How much of a refusal's reason is reported, in bytes. A token must not be able to make reports dear.
    uint256 private constant MAX_REASON = 132;

    address public immutable token;
    address public immutable treasury;

    /// Base units of one micro-unit: 1 for a token with 6 decimals, 10^12 for one with 18.
    uint256 public immutable unit;

    address public operator;

    /// 256 payouts in a word: bit n % 256 of word n / 256 belongs to payout n.
    mapping(uint256 => uint256) public paidBits;

    /// These payouts were paid in this transaction, in the order of the token's own Transfer events. One event for a batch:
    /// one for each payout would cost as much as a tenth of the transfer.
    event Paid(uint256[] numbers);

    /// The payout had been paid before; nothing moved.
    event AlreadyPaid(uint256 indexed number);

    /// The token refused; nothing moved, and the payout may be asked for again. Reason: the token's revert data, cut off.
    event Refused(uint256 indexed number, bytes reason);

    event Withdrawn(address indexed asset, uint256 amount);
    event OperatorChanged(address indexed from, address indexed to);

    error NotOperator();
    error NotTreasury();
    error NotAllowed();
    error ZeroAddress();
    error NotAToken();
    error TooLittleGas();
    error UnclearAnswer();
    error WithdrawalRefused();

    constructor(address token_, uint8 decimals, address operator_, address treasury_) {
        if (operator_ == address(0) || treasury_ == address(0)) revert ZeroAddress();
        if (token_.code.length == 0 || decimals < 6) revert NotAToken();
        token = token_;
        treasury = treasury_;
        unit = 10 ** (decimals - 6);
        operator = operator_;
        emit OperatorChanged(address(0), operator_);
    }

    /// Pays a batch. An item is one word: recipient in the high 160 bits, then 64 bits of micro-units, then 32 bits that are
    /// added to `base` and make the payout's number.
    function pay(uint256 base, uint256[] calldata items) external {
        if (msg.sender != operator) revert NotOperator();
        uint256[] memory numbers = new uint256[](items.length);
        uint256 paid = 0;
        for (uint256 i = 0; i < items.length; ++i) {
            uint256 item = items[i];
            uint256 number = base + uint32(item);
            if (_payOne(number, address(uint160(item >> 96)), uint64(item >> 32))) numbers[paid++] = number;
        }
        if (paid == 0) return;
        assembly ("memory-safe") {
            mstore(numbers, paid) // an array may become shorter in place
        }
        emit Paid(numbers);
    }

    /// Whether a payout was paid by this vault.
    function isPaid(uint256 number) external view returns (bool) {
        return paidBits[number >> 8] & (1 << (number & 255)) != 0;
    }

    /// Sends what the vault holds of any token to the treasury.
    function withdraw(address asset, uint256 amount) external {
        if (msg.sender != treasury && msg.sender != operator) revert NotAllowed();
        (bool moved,) = _transfer(asset, treasury, amount);
        if (!moved) revert WithdrawalRefused();
        emit Withdrawn(asset, amount);
    }

    /// Gives the right to pay to another key. The bits stay, so that nobody is paid twice across a change of keys.
    function changeOperator(address next) external {
        if (msg.sender != treasury) revert NotTreasury();
        if (next == address(0)) revert ZeroAddress();
        emit OperatorChanged(operator, next);
        operator = next;
    }

    function _payOne(uint256 number, address to, uint256 micro) private returns (bool) {
        uint256 word = number >> 8;
        uint256 bit = 1 << (number & 255);
        uint256 bits = paidBits[word];
        if (bits & bit != 0) {
            emit AlreadyPaid(number);
            return false;
        }
        if (gasleft() < GAS_PER_ITEM) revert TooLittleGas();

        // Before the token is called: whatever it does, this payout is paid at most once.
        paidBits[word] = bits | bit;
        (bool moved, bytes memory reason) = _transfer(token, to, micro * unit);
        if (!moved) {
            // Read anew: other bits of the word may have been set meanwhile.
            paidBits[word] &= ~bit;
            emit Refused(number, reason);
        }
        return moved;
    }

    // By hand for two reasons: a token that returns nothing must pass, and a long answer must not be copied whole.
    function _transfer(address asset, address to, uint256 amount) private returns (bool moved, bytes memory reason) {
        bool succeeded;
        uint256 length;
        uint256 answer;
        assembly ("memory-safe") {
            let call_ := mload(0x40)
            mstore(call_, 0xa9059cbb00000000000000000000000000000000000000000000000000000000) // transfer(address,uint256)
            mstore(add(call_, 4), to)
            mstore(add(call_, 36), amount)
            succeeded := call(gas(), asset, 0, call_, 68, 0, 32)
            length := returndatasize()
            answer := mload(0)
        }
        if (succeeded) {
            if (length == 0 ? asset.code.length > 0 : (length >= 32 && answer == 1)) return (true, "");
            // Anything but a plain false may or may not have moved money: then nobody in the batch is paid.
            if (length < 32 || answer != 0) revert UnclearAnswer();
        }
        if (length > MAX_REASON) length = MAX_REASON;
        reason = new bytes(length);
        assembly ("memory-safe") {
            returndatacopy(add(reason, 32), 0, length)
        }
    }
}
