package config

import (
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"reflect"
	"regexp"
	"strings"
	"unicode"

	"github.com/caarlos0/env/v11"
)

// Fault is one thing that is wrong with one variable, as a sentence without the value: it may be a secret.
type Fault struct{ Variable, Says string }

// Faults are all that is wrong.
type Faults []Fault

// Error lists them, one a line.
func (f Faults) Error() string {
	var b strings.Builder
	b.WriteString("the settings do not fit (-h explains each):")
	for _, fault := range f {
		fmt.Fprintf(&b, "\n  %s %s", fault.Variable, fault.Says)
	}
	return b.String()
}

func (f *Faults) add(variable, format string, args ...any) {
	*f = append(*f, Fault{variable, fmt.Sprintf(format, args...)})
}

// Load reads the settings of the program (one of Programs) from environ, as os.Environ gives it. What the program
// does not read is not looked at. The error is of type Faults.
func Load(program string, environ []string) (Config, error) {
	c, faults := parse(program, environ)
	// A variable that could not be read is at its zero value: one fault for it is enough.
	known := map[string]bool{}
	for _, f := range faults {
		known[f.Variable] = true
	}
	for _, f := range check(&c) {
		if !known[f.Variable] {
			faults = append(faults, f)
		}
	}
	if len(faults) > 0 {
		return Config{}, faults
	}
	return c, nil
}

// parse turns text into values.
func parse(program string, environ []string) (c Config, faults Faults) {
	c.Program = program
	given, read := env.ToMap(environ), map[string]string{}
	names := map[string]string{} // of a field, in the environment
	for _, v := range variables(program) {
		names[reflect.TypeFor[Config]().Field(v.field).Name] = v.Name
		read[v.Name] = strings.TrimSpace(given[v.Name])
		if read[v.Name] == "" {
			read[v.Name] = v.Default
		}
	}
	var all env.AggregateError
	if err := env.ParseWithOptions(&c, env.Options{Environment: read}); errors.As(err, &all) {
		for _, err := range all.Errors {
			var bad env.ParseError
			if errors.As(err, &bad) {
				faults.add(names[bad.Name], "cannot be read: it wants %s", unitOf(program, names[bad.Name]))
			}
		}
	}
	return c, faults
}

func unitOf(program, name string) string {
	for _, v := range variables(program) {
		if v.Name == name {
			if strings.Contains(v.Unit, "duration") {
				return "a duration such as 90s, 15m or 72h"
			}
			return "a number of " + v.Unit
		}
	}
	return ""
}

// check sees that the values make sense, alone and together, and fills in what follows from others.
func check(c *Config) (faults Faults) {
	present := map[string]bool{}
	for _, v := range variables(c.Program) {
		present[v.Name] = true
		value := reflect.ValueOf(*c).Field(v.field)
		if v.Needed && value.IsZero() {
			faults.add(v.Name, "is required (%s)", v.Unit)
		}
		if value.CanInt() && v.Name != "LOG_LEVEL" && value.Int() <= 0 {
			faults.add(v.Name, "must be more than nothing")
		}
	}
	checkAddresses(c, present, &faults)
	checkServers(c, &faults)
	checkRest(c, present, &faults)
	return faults
}

// checkAddresses covers the listeners and the public address.
func checkAddresses(c *Config, present map[string]bool, faults *Faults) {
	port := "8080"
	if present["HTTP_ADDR"] {
		_, p, err := net.SplitHostPort(c.HTTPAddr)
		if err != nil {
			faults.add("HTTP_ADDR", "must be host:port, such as 127.0.0.1:8080")
		}
		port = p
	}
	if present["ADMIN_ADDR"] && c.AdminAddr != "off" {
		if _, _, err := net.SplitHostPort(c.AdminAddr); err != nil {
			faults.add("ADMIN_ADDR", "must be host:port, such as 127.0.0.1:9090, or off")
		}
	}
	switch {
	case c.PublicURL != "":
		checkPublic(c, faults)
	case !present["HTTP_ADDR"]:
		c.PublicURL = "http://127.0.0.1:8080"
	case !Loopback(c.HTTPAddr) || port == "0":
		faults.add("PUBLIC_URL", "is required because HTTP_ADDR does not say how people reach the site")
	default:
		c.PublicURL = "http://" + c.HTTPAddr
	}
}

// checkPublic holds the rule that sign-in cookies and links never cross a network in the clear.
func checkPublic(c *Config, faults *Faults) {
	c.PublicURL = strings.TrimRight(c.PublicURL, "/")
	u, err := url.Parse(c.PublicURL)
	switch {
	case err != nil || u.Host == "" || u.Hostname() == "" || (u.Scheme != "https" && u.Scheme != "http"):
		faults.add("PUBLIC_URL", "must be a URL such as https://wherewithal.example")
	case u.Path != "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil:
		faults.add("PUBLIC_URL", "must be a scheme and a host, without a path, a query or a name")
	case u.Scheme == "http" && !Loopback(u.Host):
		faults.add("PUBLIC_URL", "must begin with https:// because it is not an address of this machine")
	}
}

// checkServers covers the addresses of other programs.
func checkServers(c *Config, faults *Faults) {
	for _, s := range []struct{ name, value, schemes string }{
		{"DATABASE_URL", c.DatabaseURL, "postgres postgresql"},
		{"REDIS_URL", c.RedisURL, "redis rediss unix"},
		{"MEILISEARCH_URL", c.MeilisearchURL, "https http"},
		{"SMTP_URL", c.SMTPURL, "smtp smtps"},
		{"GEOCODER_URL", c.GeocoderURL, "https http"},
		{"NOMINATIM_URL", c.NominatimURL, "https http"},
		{"MAP_TILE_URL", c.MapTileURL, "https http"},
	} {
		if s.value == "" {
			continue
		}
		u, err := url.Parse(s.value)
		if err != nil || !has(s.schemes, u.Scheme) || (u.Host == "" && u.Scheme != "unix") {
			faults.add(s.name, "must be a URL that begins with %s://", strings.Join(strings.Fields(s.schemes), ":// or "))
		}
	}
	if u := c.MapTileURL; u != "" && !(strings.Contains(u, "{z}") && strings.Contains(u, "{x}") && strings.Contains(u, "{y}")) {
		faults.add("MAP_TILE_URL", "must hold {z}, {x} and {y}")
	}
	if s := c.SecurityContact; s != "" {
		u, err := url.Parse(s)
		if err != nil || !(u.Scheme == "https" && u.Host != "" || u.Scheme == "mailto" && strings.Contains(u.Opaque, "@")) || strings.ContainsFunc(s, unicode.IsSpace) {
			faults.add("SECURITY_CONTACT", "must be a URL such as https://wherewithal.example/holes or mailto:holes@wherewithal.example")
		}
	}
}

func has(words, word string) bool {
	for _, w := range strings.Fields(words) {
		if w == word {
			return true
		}
	}
	return false
}

// secretLength is what a key of 128 bits or more needs when written in base 16 or denser.
const secretLength = 32

func checkRest(c *Config, present map[string]bool, faults *Faults) {
	for name, secret := range map[string]string{"PLACE_SECRET": c.PlaceSecret, "TOKEN_SECRET": c.TokenSecret} {
		if secret != "" && len(secret) < secretLength {
			faults.add(name, "must have %d characters or more", secretLength)
		}
	}
	if c.PlaceSecret != "" && c.PlaceSecret == c.TokenSecret {
		faults.add("TOKEN_SECRET", "must differ from PLACE_SECRET")
	}
	if present["MAIL_FROM"] {
		checkMailFrom(c, faults)
	}
	checkInbound(c, faults)
	checkDKIM(c, faults)
	if c.LogFormat != "text" && c.LogFormat != "json" {
		faults.add("LOG_FORMAT", "must be text or json")
	}
	for _, p := range c.TrustedProxies {
		if _, err := netip.ParseAddr(p); err != nil {
			if _, err := netip.ParsePrefix(p); err != nil {
				faults.add("TRUSTED_PROXIES", "must hold addresses or networks, such as 10.0.0.0/8, parted by commas")
				break
			}
		}
	}
	if c.SessionMax < c.SessionIdle {
		faults.add("SESSION_MAX", "must not be shorter than SESSION_IDLE")
	}
	if c.ProposalMailsPerWeek < c.ProposalMailsPerDay {
		faults.add("PROPOSAL_MAILS_PER_WEEK", "must not be fewer than PROPOSAL_MAILS_PER_DAY")
	}
}

func checkMailFrom(c *Config, faults *Faults) {
	if c.MailFrom == "" {
		if u, err := url.Parse(c.PublicURL); err == nil {
			c.MailFrom = "Wherewithal <hello@" + mailHost(u.Hostname()) + ">"
		}
	}
	if _, err := mail.ParseAddress(c.MailFrom); err != nil {
		faults.add("MAIL_FROM", "must be a mail address, such as Wherewithal <hello@wherewithal.example>")
	}
}

var domain = regexp.MustCompile(`^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$`)

// checkInbound covers the mail that comes in.
func checkInbound(c *Config, faults *Faults) {
	c.ReplyDomain, c.InboundAuthServer = strings.ToLower(c.ReplyDomain), strings.ToLower(c.InboundAuthServer)
	if c.ReplyDomain != "" && (!domain.MatchString(c.ReplyDomain) || len(c.ReplyDomain) > 190 || net.ParseIP(c.ReplyDomain) != nil) {
		faults.add("REPLY_DOMAIN", "must be a domain, such as reply.wherewithal.example")
	}
	if c.InboundAuthServer != "" && !domain.MatchString(c.InboundAuthServer) {
		faults.add("INBOUND_AUTH_SERVER", "must be a host name, such as mx.wherewithal.example")
	}
	if c.InboundSMTPAddr == "" {
		if c.ReplyDomain != "" && c.Program == "hub" {
			faults.add("INBOUND_SMTP_ADDR", "is required because REPLY_DOMAIN gives people addresses whose mail nobody would take")
		}
		return
	}
	if _, _, err := net.SplitHostPort(c.InboundSMTPAddr); err != nil {
		faults.add("INBOUND_SMTP_ADDR", "must be host:port, such as 127.0.0.1:2525")
	}
	if c.ReplyDomain == "" {
		faults.add("REPLY_DOMAIN", "is required because INBOUND_SMTP_ADDR takes mail")
	}
}

// checkDKIM covers the signature, which must be of the domain that mails come from, or of one above it, or DMARC counts it
// for nothing.
func checkDKIM(c *Config, faults *Faults) {
	if c.DKIMKeyFile == "" {
		return
	}
	if !domain.MatchString(c.DKIMSelector) {
		faults.add("DKIM_SELECTOR", "is required because DKIM_KEY_FILE is set; it is a DNS label, such as 2027a")
	}
	from, err := mail.ParseAddress(c.MailFrom)
	if err != nil {
		return // said of MAIL_FROM
	}
	host := strings.ToLower(from.Address[strings.LastIndexByte(from.Address, '@')+1:])
	if c.DKIMDomain = strings.ToLower(c.DKIMDomain); c.DKIMDomain == "" {
		c.DKIMDomain = host
	}
	for name, from := range map[string]string{"MAIL_FROM": host, "REPLY_DOMAIN": c.ReplyDomain} {
		if from != "" && from != c.DKIMDomain && !strings.HasSuffix(from, "."+c.DKIMDomain) {
			faults.add("DKIM_DOMAIN", "must be the domain of %s or one above it", name)
			return
		}
	}
}

// mailHost is the domain of our mails: a bare IP address is not one.
func mailHost(host string) string {
	if host == "" || Loopback(host) {
		return "localhost"
	}
	return host
}
