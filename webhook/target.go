package webhook

import (
	"net"
	"net/netip"
	"net/url"
	"strings"

	"code.dny.dev/ssrf"

	"wherewithal/market"
)

// port is the one that webhooks are served at. Others would let a partner have us knock at mail servers and databases.
const port = 443

// metadata are addresses in public ranges at which clouds tell their machines secrets; the others are link-local or private.
var metadata = []netip.Prefix{netip.MustParsePrefix("168.63.129.16/32")}

// guard refuses each address that is not on the open internet, as it is dialled: what a name led to when it was looked at does not
// count. The library holds IANA's registries of special addresses; of IPv6 it lets only global unicast through, so that addresses
// with an IPv4 one inside (mapped, NAT64, 6to4, Teredo) are refused whatever that is.
var guard = ssrf.New(ssrf.WithNetworks("tcp4", "tcp6"), ssrf.WithPorts(port), ssrf.WithDeniedV4Prefixes(metadata...))

// CheckURL says what is wrong with an address that somebody enters, as far as that can be seen without calling it.
func (s *Sender) CheckURL(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.Hostname() == "" {
		return market.Refuse("url", "webhook_url")
	}
	if s.loopback() {
		return nil
	}
	if p := u.Port(); p != "" && p != "443" {
		return market.Refuse("url", "webhook_port")
	}
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	if net.ParseIP(host) != nil || !strings.Contains(host, ".") || strings.HasSuffix(host, ".localhost") || strings.HasSuffix(host, ".internal") || strings.HasSuffix(host, ".local") {
		return market.Refuse("url", "webhook_host")
	}
	return nil
}

var (
	loopback4 = netip.MustParsePrefix("127.0.0.0/8")
	loopback6 = netip.MustParsePrefix("::1/128")
)
