// Package config reads what an operator may set, from the environment, and tells the business time.
//
// It promises that a program either starts with settings that fit together or says every fault at once, that each
// variable is documented by -h, and that nothing it prints holds a secret. It knows nothing of what the settings do.
package config

import (
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

// Config is every setting of every program. A program reads only those that name it in for:"…"; the others keep
// their zero value. The tags are the documentation: need names the programs that do not start without it, unit how it
// is written, secret and url what must not be printed. A default of its own for one program stands in a tag of that
// program's name.
type Config struct {
	Program string // api, worker, hub or admin

	HTTPAddr  string `env:"HTTP_ADDR" envDefault:"127.0.0.1:8080" unit:"host:port" for:"api hub" doc:"Where the site and the API listen."`
	AdminAddr string `env:"ADMIN_ADDR" envDefault:"127.0.0.1:9090" worker:"127.0.0.1:9091" unit:"host:port or off" for:"api worker hub" doc:"Where metrics and profiles are served, which outsiders must not reach."`
	PublicURL string `env:"PUBLIC_URL" unit:"https URL without a path" for:"api worker hub admin" doc:"The address people use; http only on this machine. Default: http on HTTP_ADDR."`
	DataDir   string `env:"DATA_DIR" envDefault:"./data" unit:"folder" for:"hub admin" doc:"Where the hub keeps its database and secrets."`

	ModelDir string `env:"MODEL_DIR" envDefault:"./model" unit:"folder" for:"api worker hub" doc:"Where the model lies that texts are compared by (make model fetches it). Missing: texts are compared by their words alone."`

	DatabaseURL   string `env:"DATABASE_URL" unit:"postgres:// URL" for:"api worker hub admin" need:"api worker" url:"yes" doc:"The Postgres 17 that holds everything. The hub runs its own when this is empty."`
	DatabaseConns int    `env:"DATABASE_CONNS" envDefault:"10" unit:"connections" for:"api worker hub admin" doc:"The most connections to Postgres that one process shares among what it does. A worker opens up to six more, any program one or two while it starts."`
	RedisURL      string `env:"REDIS_URL" unit:"redis:// or rediss:// URL" for:"api worker hub" need:"worker" url:"yes" doc:"The Redis that carries jobs and rate limits; it must not evict keys. The hub runs its own when this is empty."`

	MeilisearchURL string `env:"MEILISEARCH_URL" unit:"http(s) URL" for:"api worker hub admin" url:"yes" doc:"The Meilisearch 1 that answers searches. Empty, or while it does not answer: Postgres does."`
	MeilisearchKey string `env:"MEILISEARCH_KEY" unit:"key" for:"api worker hub admin" secret:"yes" doc:"A key of that Meilisearch, never its master key: for api one that may search, for the others one that may read, write, swap and set up indexes too."`

	SMTPURL  string `env:"SMTP_URL" unit:"smtp:// or smtps:// URL" for:"api worker hub" need:"worker" url:"yes" doc:"The mail server that sends, as smtp://user:password@host:587; the api only asks whether there is one. The hub keeps mails at /dev/mail when this is empty."`
	MailFrom string `env:"MAIL_FROM" unit:"mail address" for:"worker hub" doc:"Whom mails come from. Default: Wherewithal <hello@the host of PUBLIC_URL>."`

	ReplyDomain       string `env:"REPLY_DOMAIN" unit:"domain" for:"api worker hub" doc:"The domain of the addresses under which connected groups write to each other, whose mail must reach INBOUND_SMTP_ADDR. Empty: they write on the site only."`
	InboundSMTPAddr   string `env:"INBOUND_SMTP_ADDR" unit:"host:port" for:"worker hub" doc:"Where mail to REPLY_DOMAIN is taken. Empty: nowhere."`
	InboundAuthServer string `env:"INBOUND_AUTH_SERVER" unit:"host name" for:"worker hub" doc:"The mail server in front of INBOUND_SMTP_ADDR whose Authentication-Results are believed, by the name it writes in them. Empty: none; then nobody can answer a proposal by a reply."`

	DKIMKeyFile  string `env:"DKIM_KEY_FILE" unit:"PEM file" for:"worker hub" doc:"The private key, RSA or Ed25519, with which mails are signed (DKIM). Empty: they are not; let the server at SMTP_URL do it."`
	DKIMSelector string `env:"DKIM_SELECTOR" unit:"DNS label" for:"worker hub" doc:"The name under which the public key stands: DKIM_SELECTOR._domainkey.DKIM_DOMAIN."`
	DKIMDomain   string `env:"DKIM_DOMAIN" unit:"domain" for:"worker hub" doc:"The domain that signs. Default: that of MAIL_FROM."`

	PlaceSecret string `env:"PLACE_SECRET" unit:"32 characters or more" for:"api worker hub admin" need:"api worker" secret:"yes" doc:"Keys the blur of places; the same in every program. The hub makes one in DATA_DIR/secrets when this is empty."`
	TokenSecret string `env:"TOKEN_SECRET" unit:"32 characters or more" for:"api worker hub" need:"api worker" secret:"yes" doc:"Keys the codes and links in mails; the same in every program. The hub makes one in DATA_DIR/secrets when this is empty."`

	GeocoderURL    string `env:"GEOCODER_URL" unit:"http(s) URL" for:"api hub" url:"yes" doc:"A postcodes.io style service for full postcodes. Empty: the built-in outcodes only."`
	NominatimURL   string `env:"NOMINATIM_URL" unit:"http(s) URL" for:"api hub" url:"yes" doc:"A Nominatim style service for addresses. Empty: none is asked."`
	MapTileURL     string `env:"MAP_TILE_URL" unit:"https URL with {z} {x} {y}" for:"api hub" url:"yes" doc:"Map tiles, which the browsers of visitors fetch from there. Empty: pins on plain ground, and nobody is asked."`
	MapAttribution string `env:"MAP_ATTRIBUTION" envDefault:"© OpenStreetMap contributors" unit:"text" for:"api hub" doc:"The credit shown on a map with tiles."`

	SecurityContact string `env:"SECURITY_CONTACT" unit:"https or mailto URL" for:"api hub" doc:"Whom somebody tells of a hole that they found, in /.well-known/security.txt. Empty: the page for complaints."`

	WordingDir string `env:"WORDING_DIR" unit:"folder" for:"api worker hub" doc:"Translations of the site's words beside English: a folder a language, named by its tag, with files like those of wording/en-GB. Empty: none."`

	LogLevel       slog.Level `env:"LOG_LEVEL" envDefault:"info" hub:"warn" unit:"debug, info, warn or error" for:"api worker hub admin" doc:"The least important lines that are logged."`
	LogFormat      string     `env:"LOG_FORMAT" envDefault:"text" unit:"text or json" for:"api worker hub admin" doc:"How a line of the log is written."`
	TrustedProxies []string   `env:"TRUSTED_PROXIES" unit:"addresses or networks, by commas" for:"api hub" doc:"Proxies whose X-Forwarded-For is believed. Empty: none."`

	SessionIdle time.Duration `env:"SESSION_IDLE" envDefault:"336h" unit:"duration" for:"api hub" doc:"A sign-in ends when unused for this long."`
	SessionMax  time.Duration `env:"SESSION_MAX" envDefault:"2160h" unit:"duration" for:"api hub" doc:"A sign-in ends after this long in any case."`

	SignInsPerHour         int `env:"SIGN_INS_PER_HOUR" envDefault:"10" unit:"mails" for:"api hub" doc:"Sign-in mails to one address, and five times that from one network address, in an hour."`
	PostsPerHour           int `env:"POSTS_PER_HOUR" envDefault:"30" unit:"listings" for:"api hub" doc:"Listings one person may post in an hour."`
	APIPerHour             int `env:"API_PER_HOUR" envDefault:"6000" unit:"requests" for:"api hub" doc:"Requests that the programs of one person may make in an hour."`
	APIPublicPerHour       int `env:"API_PUBLIC_PER_HOUR" envDefault:"600" unit:"requests" for:"api hub" doc:"Requests without a token, from one network address, in an hour."`
	ProposalMailsPerDay    int `env:"PROPOSAL_MAILS_PER_DAY" envDefault:"1" unit:"mails" for:"api worker hub" doc:"Mails of proposals one person gets in a day at most."`
	ProposalMailsPerWeek   int `env:"PROPOSAL_MAILS_PER_WEEK" envDefault:"3" unit:"mails" for:"api worker hub" doc:"Mails of proposals one person gets in a week at most."`
	OpenRequestsPerListing int `env:"OPEN_REQUESTS_PER_LISTING" envDefault:"3" unit:"requests" for:"api worker hub" doc:"Requests that wait for one offer's answer at a time; the others queue."`

	IndexMostListings int `env:"INDEX_MOST_LISTINGS" envDefault:"100000" unit:"listings" for:"api worker hub admin" doc:"Listings, open and paused, that one process may hold in memory to find matches. While there are more, candidates come from a search, and nothing is shared out. 0: as many as there are."`

	MatchWorkers   int           `env:"MATCH_WORKERS" envDefault:"4" unit:"jobs" for:"worker hub" doc:"Jobs done at a time beside mails and indexing: matching, which keeps a core busy."`
	MailsPerDomain int           `env:"MAILS_PER_DOMAIN" envDefault:"60" unit:"mails a minute" for:"worker hub" doc:"Mails to addresses of one domain in a minute, a sixth of them at once, of all workers on one Redis together; without Redis, of the hub. Sign-in links count and do not wait. 0: as many as go; raise it as providers come to know you, or where the server at SMTP_URL keeps to a pace of its own."`
	MailWorkers    int           `env:"MAIL_WORKERS" envDefault:"12" unit:"jobs" for:"worker hub" doc:"Mails sent at a time, each on a connection of its own to SMTP_URL."`
	RelayEvery     time.Duration `env:"RELAY_EVERY" envDefault:"1s" unit:"duration" for:"worker hub" doc:"How often the outbox is looked at when nothing calls; a call comes at once."`
	SweepEvery     time.Duration `env:"SWEEP_EVERY" envDefault:"10s" unit:"duration" for:"worker hub" doc:"How often work that was lost is found and done again."`
}

// Secure reports whether people reach the site over https, so that cookies are Secure and __Host-.
func (c Config) Secure() bool { return strings.HasPrefix(c.PublicURL, "https://") }

// Link is the public address of a path that begins with a slash.
func (c Config) Link(path string) string { return c.PublicURL + path }

// MailDomain is the right side of masked addresses and of Message-IDs: the host of PUBLIC_URL, or localhost where that
// is a bare address, which no mail address may end in.
func (c Config) MailDomain() string {
	u, err := url.Parse(c.PublicURL)
	if err != nil || u.Hostname() == "" || net.ParseIP(u.Hostname()) != nil {
		return "localhost"
	}
	return u.Hostname()
}

// DevPages reports whether pages for developers, such as /dev/mail, may exist: nobody but this machine can reach the
// listener, nobody is meant to, and no real mail is sent. Doors ask Loopback about a request's Host besides.
func (c Config) DevPages() bool {
	u, err := url.Parse(c.PublicURL)
	return err == nil && c.SMTPURL == "" && Loopback(u.Host) && Loopback(c.HTTPAddr)
}

// Loopback reports whether host, with or without a port, is this machine and nothing else. An empty host is not: as
// a listener it means every address.
func Loopback(host string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && ip.Unmap().IsLoopback()
}

// String shows the settings the program reads, one a line, without secrets.
func (c Config) String() string {
	var b strings.Builder
	for _, v := range variables(c.Program) {
		fmt.Fprintf(&b, "%s=%s\n", v.Name, v.shown(c))
	}
	return b.String()
}

// LogValue shows the same as String to slog.
func (c Config) LogValue() slog.Value {
	var attrs []slog.Attr
	for _, v := range variables(c.Program) {
		attrs = append(attrs, slog.String(v.Name, v.shown(c)))
	}
	return slog.GroupValue(attrs...)
}
