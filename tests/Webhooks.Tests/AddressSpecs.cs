using System.Net;
using System.Net.Sockets;
using Settlement.Webhooks.Addresses;
using Settlement.Webhooks.Sending;
using Shouldly;
using Xunit;

namespace Settlement.Webhooks.Tests;

/// <summary>Webhooks go to the public Internet and nowhere else, however an address is spelled.</summary>
public sealed class AddressSpecs
{
    [Theory]
    // This network, private, shared, loopback, link-local, and where clouds hand out credentials.
    [InlineData("0.0.0.0")]
    [InlineData("0.0.0.1")]
    [InlineData("0.255.255.255")]
    [InlineData("10.0.0.0")]
    [InlineData("10.0.0.1")]
    [InlineData("10.255.255.255")]
    [InlineData("100.64.0.0")]
    [InlineData("100.100.100.200")]
    [InlineData("100.127.255.255")]
    [InlineData("127.0.0.1")]
    [InlineData("127.1.2.3")]
    [InlineData("127.255.255.255")]
    [InlineData("168.63.129.16")]
    [InlineData("169.254.0.0")]
    [InlineData("169.254.169.254")]
    [InlineData("169.254.170.2")]
    [InlineData("169.254.255.255")]
    [InlineData("172.16.0.0")]
    [InlineData("172.20.10.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.0.0.1")]
    [InlineData("192.0.0.192")]
    [InlineData("192.168.0.0")]
    [InlineData("192.168.1.1")]
    [InlineData("192.168.255.255")]
    // Documentation, benchmarks, relays, multicast, reserved, broadcast.
    [InlineData("192.0.2.1")]
    [InlineData("192.88.99.1")]
    [InlineData("198.18.0.1")]
    [InlineData("198.19.255.255")]
    [InlineData("198.51.100.7")]
    [InlineData("203.0.113.9")]
    [InlineData("224.0.0.1")]
    [InlineData("239.255.255.250")]
    [InlineData("240.0.0.1")]
    [InlineData("255.255.255.255")]
    // IPv6: unspecified, loopback, unique-local, link-local, site-local, multicast, metadata.
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("fc00::1")]
    [InlineData("fd00::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("fdff:ffff:ffff::1")]
    [InlineData("fe80::1")]
    [InlineData("fe80::1%1")]
    [InlineData("febf::1")]
    [InlineData("fec0::1")]
    [InlineData("ff02::1")]
    [InlineData("ff05::1:3")]
    // IPv4 inside of IPv6.
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("::ffff:192.168.0.1")]
    [InlineData("::ffff:7f00:1")]
    [InlineData("::ffff:0:127.0.0.1")]
    [InlineData("::127.0.0.1")]
    [InlineData("::10.0.0.1")]
    [InlineData("2002:7f00:1::")]
    [InlineData("2002:a00:1::1")]
    [InlineData("2002:c0a8:101::1")]
    [InlineData("2002:a9fe:a9fe::1")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("64:ff9b::10.0.0.1")]
    [InlineData("64:ff9b::169.254.169.254")]
    [InlineData("64:ff9b:1::8.8.8.8")]
    // Teredo, ORCHID, documentation, discard, segment routing, never assigned.
    [InlineData("2001::1")]
    [InlineData("2001:0:4136:e378:8000:63bf:3fff:fdd2")]
    [InlineData("2001:10::1")]
    [InlineData("2001:20::1")]
    [InlineData("2001:db8::1")]
    [InlineData("3fff::1")]
    [InlineData("100::1")]
    [InlineData("5f00::1")]
    [InlineData("4000::1")]
    [InlineData("e000::1")]
    public void What_is_not_the_public_internet_is_refused(string address) =>
        AddressRules.IsPublic(IPAddress.Parse(address)).ShouldBeFalse();

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("8.8.8.8")]
    [InlineData("9.255.255.255")]
    [InlineData("11.0.0.0")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.0")]
    [InlineData("126.255.255.255")]
    [InlineData("128.0.0.1")]
    [InlineData("169.253.255.255")]
    [InlineData("169.255.0.0")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.0")]
    [InlineData("192.167.255.255")]
    [InlineData("192.169.0.0")]
    [InlineData("198.17.255.255")]
    [InlineData("198.20.0.0")]
    [InlineData("223.255.255.255")]
    [InlineData("2606:4700:4700::1111")]
    [InlineData("2a00:1450:4001:81b::200e")]
    [InlineData("::ffff:8.8.8.8")]
    [InlineData("64:ff9b::8.8.8.8")]
    [InlineData("2002:808:808::1")]
    public void The_public_internet_is_not(string address) =>
        AddressRules.IsPublic(IPAddress.Parse(address)).ShouldBeTrue();

    [Theory]
    [InlineData("")]
    [InlineData("hooks.acme.com/settlement")]
    [InlineData("/settlement")]
    [InlineData("//hooks.acme.com/settlement")]
    [InlineData("http://hooks.acme.com/settlement")]
    [InlineData("ftp://hooks.acme.com/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("gopher://hooks.acme.com/")]
    [InlineData("javascript:alert(1)")]
    [InlineData("https://")]
    [InlineData("https:///settlement")]
    [InlineData("https://user@hooks.acme.com/")]
    [InlineData("https://user:password@hooks.acme.com/")]
    [InlineData("https://hooks.acme.com@10.0.0.1/")]
    [InlineData("https://hooks.acme.com/#fragment")]
    [InlineData("https://hooks.acme.com/#")]
    [InlineData("https://hooks.acme.com:22/")]
    [InlineData("https://hooks.acme.com:25/")]
    [InlineData("https://hooks.acme.com:80/")]
    [InlineData("https://hooks.acme.com:0/")]
    [InlineData("https://hooks.acme.com:65536/")]
    [InlineData("https://hooks.acme.com/ space")]
    [InlineData("https://hooks.acme.com\\@10.0.0.1/")]
    [InlineData("https://hooks.acme.com/\r\nX-Evil: 1")]
    [InlineData(" https://hooks.acme.com/")]
    [InlineData("https://localhost/")]
    [InlineData("https://localhost./")]
    [InlineData("https://LOCALHOST/")]
    [InlineData("https://app.localhost/")]
    [InlineData("https://printer.local/")]
    [InlineData("https://metadata.google.internal/")]
    [InlineData("https://metadata.google.internal./")]
    [InlineData("https://intranet/")]
    [InlineData("https://hooks.example/")]
    [InlineData("https://1.0.0.127.in-addr.arpa/")]
    [InlineData("https://127.0.0.1/")]
    [InlineData("https://127.0.0.1./")]
    [InlineData("https://127.1/")]
    [InlineData("https://2130706433/")]
    [InlineData("https://0x7f000001/")]
    [InlineData("https://0x7f.1/")]
    [InlineData("https://0177.0.0.1/")]
    [InlineData("https://017700000001/")]
    [InlineData("https://127.0.1/")]
    [InlineData("https://169.254.169.254/latest/meta-data/")]
    [InlineData("https://0xa9fea9fe/")]
    [InlineData("https://10.0.0.1:8443/")]
    [InlineData("https://[::1]/")]
    [InlineData("https://[::]/")]
    [InlineData("https://[::ffff:127.0.0.1]/")]
    [InlineData("https://[::ffff:7f00:1]/")]
    [InlineData("https://[0:0:0:0:0:ffff:10.0.0.1]/")]
    [InlineData("https://[fd00::1]/")]
    [InlineData("https://[fe80::1%25eth0]/")]
    [InlineData("https://[64:ff9b::a00:1]/")]
    [InlineData("https://①②⑦.⓪.⓪.①/")]
    [InlineData("https://１２７.0.0.1/")]
    [InlineData("https://127。0。0。1/")]
    public void A_url_that_shows_where_it_must_not_lead_is_refused(string url)
    {
        string? problem = new UrlRules(new WebhookOptions()).Judge(url);

        problem.ShouldNotBeNull(url);
        problem.ShouldEndWith(".");
        problem.ShouldStartWith("The URL");
    }

    [Theory]
    [InlineData("https://hooks.acme.com")]
    [InlineData("https://hooks.acme.com/settlement?tenant=7")]
    [InlineData("https://hooks.acme.com:443/x")]
    [InlineData("https://hooks.acme.com:8443/x")]
    [InlineData("https://HOOKS.Acme.COM/x")]
    [InlineData("https://münchen.de/x")]
    [InlineData("https://1.1.1.1/x")]
    [InlineData("https://[2606:4700:4700::1111]/x")]
    public void A_url_of_the_public_internet_is_not(string url) =>
        new UrlRules(new WebhookOptions()).Judge(url).ShouldBeNull();

    [Theory]
    [InlineData("http://127.0.0.1:8080/hook", true)]
    [InlineData("https://localhost/hook", true)]
    [InlineData("http://user@localhost/hook", false)]
    [InlineData("ftp://localhost/hook", false)]
    public void In_development_http_and_private_addresses_are_allowed_and_no_more(
        string url,
        bool allowed
    ) =>
        (
            new UrlRules(new WebhookOptions { AllowPrivateAddresses = true }).Judge(url) is null
        ).ShouldBe(allowed);

    [Fact]
    public async Task A_name_is_judged_by_what_it_leads_to_when_we_connect()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        // First a public address, as at registration, and a private one later: DNS rebinding.
        var answers = new Queue<IPAddress[]>([
            [IPAddress.Loopback],
        ]);
        var connection = new GuardedConnection(
            (_, _) => Task.FromResult(answers.Dequeue()),
            allowsPrivate: false
        );

        AddressRefusedException refusal = await Should.ThrowAsync<AddressRefusedException>(
            async () =>
                await connection.OpenAsync(new DnsEndPoint("hooks.acme.com", port), default)
        );

        refusal.Message.ShouldNotContain("127.0.0.1");
        listener.Pending().ShouldBeFalse();
    }

    [Fact]
    public async Task Of_several_addresses_only_public_ones_are_tried()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var connection = new GuardedConnection(
            // 192.0.2.1 and loopback are refused; nothing is left to try.
            (_, _) =>
                Task.FromResult<IPAddress[]>([IPAddress.Parse("192.0.2.1"), IPAddress.Loopback]),
            allowsPrivate: false
        );

        await Should.ThrowAsync<AddressRefusedException>(async () =>
            await connection.OpenAsync(new DnsEndPoint("hooks.acme.com", port), default)
        );

        listener.Pending().ShouldBeFalse();
    }

    [Fact]
    public async Task The_client_itself_goes_through_the_guard()
    {
        await using AReceiver receiver = await AReceiver.StartAsync();
        using HttpMessageInvoker http = WebhookTransport.Create(new WebhookOptions());
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(receiver.Url()));

        HttpRequestException refusal = await Should.ThrowAsync<HttpRequestException>(() =>
            http.SendAsync(request, default)
        );

        refusal.InnerException.ShouldBeOfType<AddressRefusedException>();
        receiver.Messages.ShouldBeEmpty();
    }
}
