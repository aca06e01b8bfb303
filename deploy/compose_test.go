// Package deploy_test holds what a deployment is made of to the programs themselves: no container engine is needed.
package deploy_test

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/dotenv"
	"github.com/compose-spec/compose-go/v2/types"
	"github.com/docker/go-units"
	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"

	"wherewithal/config"
	"wherewithal/queue"
	"wherewithal/search"
)

// filled is .env as somebody would fill it in.
var filled = []string{"PUBLIC_URL=https://hub.example", "POSTGRES_PASSWORD=" + strings.Repeat("p", 32),
	"PLACE_SECRET=" + strings.Repeat("a", 64), "TOKEN_SECRET=" + strings.Repeat("b", 64), "MEILISEARCH_MASTER_KEY=" + strings.Repeat("m", 32)}

// load reads the compose file as docker compose does, with the services of every profile.
func load(t *testing.T, env []string) (*types.Project, error) {
	t.Helper()
	options, err := cli.NewProjectOptions([]string{"../docker-compose.yml"}, cli.WithEnv(env), cli.WithWorkingDirectory(".."), cli.WithProfiles([]string{"*"}))
	if err != nil {
		t.Fatal(err)
	}
	return options.LoadProject(context.Background())
}

func TestTheComposeFileSaysWhatMustBeSet(t *testing.T) {
	if _, err := load(t, filled); err != nil {
		t.Fatal(err)
	}
	for i := range filled {
		name, _, _ := strings.Cut(filled[i], "=")
		_, err := load(t, slices.Delete(slices.Clone(filled), i, i+1))
		if err == nil || !strings.Contains(err.Error(), "set "+name+" in .env") {
			t.Errorf("without %s: %v", name, err)
		}
	}
}

// A container that is not looked at may be dead for days; one without a tag is another one tomorrow; one without a limit
// takes the machine with it.
func TestEveryServiceIsWatchedPinnedAndBounded(t *testing.T) {
	project, err := load(t, filled)
	if err != nil {
		t.Fatal(err)
	}
	for name, s := range project.Services {
		if s.Restart != "no" && (s.HealthCheck == nil || len(s.HealthCheck.Test) == 0) {
			t.Errorf("%s has no health check", name)
		}
		if _, tag, ok := strings.Cut(s.Image, ":"); !ok || tag == "latest" || tag == "" {
			t.Errorf("%s runs %q", name, s.Image)
		}
		if s.Deploy == nil || s.Deploy.Resources.Limits == nil || s.Deploy.Resources.Limits.MemoryBytes == 0 {
			t.Errorf("%s has no limit of memory", name)
		} else if cpus := s.Deploy.Resources.Limits.NanoCPUs; cpus != 0 { // Docker starts none that may have more cores than there are
			t.Errorf("%s wants a machine of %v cores", name, cpus)
		}
		if isOurs(s) && (!s.ReadOnly || !slices.Contains(s.CapDrop, "ALL")) {
			t.Errorf("%s may write to its image, or may more than it needs", name)
		}
		for _, p := range s.Ports {
			if p.HostIP != "127.0.0.1" {
				t.Errorf("%s is open to everybody at %s:%s", name, p.HostIP, p.Published)
			}
		}
	}
	engine := project.Services["meilisearch"]
	if env := engine.Environment["MEILI_ENV"]; env == nil || *env != "production" || len(engine.Volumes) != 1 || engine.Volumes[0].Source != "meilisearch" {
		t.Error("meilisearch runs without keys, or its data is in no named volume")
	}
	for name, s := range project.Services {
		for variable, value := range s.Environment {
			if name != "meilisearch" && name != "search-keys" && value != nil && *value == strings.Repeat("m", 32) {
				t.Errorf("%s has the master key of meilisearch in %s", name, variable)
			}
		}
	}
	redis := strings.Join(project.Services["redis"].Command, " ")
	if !strings.Contains(redis, "noeviction") || !strings.Contains(redis, "appendonly yes") {
		t.Errorf("redis: %s", redis)
	}
	if asked := strings.Join(project.Services["postgres"].HealthCheck.Test, " "); !strings.Contains(asked, "-h 127.0.0.1") {
		t.Errorf("postgres is healthy before it takes connections: %s", asked)
	}
	postgres := strings.Join(project.Services["postgres"].Command, " ")
	for _, private := range []string{"wal_recycle=off", "log_min_messages=log", "log_min_error_statement=panic"} {
		if !strings.Contains(postgres, "-c "+private) {
			t.Errorf("postgres keeps what people wrote: %s", postgres)
		}
	}
}

// What is written line by line fills the disk in the end, unless the oldest lines go: the pages say how much stays.
func TestLogsAreKeptUpToASize(t *testing.T) {
	project, err := load(t, filled)
	if err != nil {
		t.Fatal(err)
	}
	var kept int64
	for name, s := range project.Services {
		if s.Logging == nil || s.Logging.Driver != "local" {
			t.Errorf("the log of %s grows for ever", name)
			continue
		}
		size, err := units.RAMInBytes(s.Logging.Options["max-size"])
		files, err2 := strconv.ParseInt(s.Logging.Options["max-file"], 10, 64)
		if err != nil || err2 != nil || kept != 0 && size*files != kept {
			t.Errorf("%s keeps %v, others %d bytes", name, s.Logging.Options, kept)
		}
		kept = size * files
	}
	said := fmt.Sprintf("%d MB", kept>>20)
	for _, page := range []string{"../docs/running.md", "../docs/privacy.md"} {
		if text, err := os.ReadFile(page); err != nil || !strings.Contains(string(text), said) {
			t.Errorf("%s does not say that %s of logs are kept: %v", page, said, err)
		}
	}
}

// What the tests hold searches to was recorded of one version: that one is deployed, and the page for operators names it.
func TestTheEngineIsTheOneThatWasRecorded(t *testing.T) {
	text, err := os.ReadFile("../search/testdata/meilisearch/VERSION")
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile("../docs/running.md")
	if err != nil {
		t.Fatal(err)
	}
	project, err := load(t, filled)
	if err != nil {
		t.Fatal(err)
	}
	version := strings.TrimSpace(string(text))
	if image := project.Services["meilisearch"].Image; image != "getmeili/meilisearch:v"+version {
		t.Errorf("compose runs %s, recorded was %s", image, version)
	}
	if minor := version[:max(0, strings.LastIndex(version, "."))]; !strings.Contains(string(page), "a Meilisearch "+minor+" at") {
		t.Errorf("docs/running.md does not name Meilisearch %s", minor)
	}
}

// migrate runs share-out and replay, which hold what a worker holds.
func TestCommandsMayBeAsLargeAsAWorker(t *testing.T) {
	project, err := load(t, filled)
	if err != nil {
		t.Fatal(err)
	}
	limit := func(service string) types.UnitBytes {
		return project.Services[service].Deploy.Resources.Limits.MemoryBytes
	}
	if limit("migrate") < limit("worker") {
		t.Errorf("a command of admin has %d bytes, a worker %d", limit("migrate"), limit("worker"))
	}
}

// isOurs says whether a service runs the image that is made of this folder.
func isOurs(s types.ServiceConfig) bool {
	name, _, _ := strings.Cut(s.Image, ":")
	return name == "wherewithal"
}

// The image is built once, by a service that is always started: two that build one name at the same time fail on a machine that has no such
// image yet. None of them looks for it in a registry, where that name is somebody else's.
func TestTheImageIsBuiltByOneService(t *testing.T) {
	project, err := load(t, filled)
	if err != nil {
		t.Fatal(err)
	}
	var builds []string
	for name, s := range project.Services {
		if s.Build != nil {
			builds = append(builds, name)
		}
		if isOurs(s) && s.PullPolicy != types.PullPolicyNever {
			t.Errorf("%s asks a registry for %s: %q", name, s.Image, s.PullPolicy)
		}
		if migrate := project.Services["migrate"]; isOurs(s) && s.Image != migrate.Image {
			t.Errorf("%s runs %s, built is %s", name, s.Image, migrate.Image)
		}
	}
	if !slices.Equal(builds, []string{"migrate"}) || len(project.Services["migrate"].Profiles) > 0 {
		t.Errorf("the image is built by %v", builds)
	}
}

// ours are the services that run a program of ours, by name, and the program.
func ours(t *testing.T, project *types.Project) map[string]string {
	t.Helper()
	all := map[string]string{}
	for name, s := range project.Services {
		if isOurs(s) {
			all[name] = strings.TrimPrefix(s.Command[0], "/")
		}
	}
	for _, name := range []string{"api", "worker", "letterbox", "migrate", "search-keys"} {
		if all[name] == "" {
			t.Errorf("there is no %s", name)
		}
	}
	return all
}

// excused are the settings that a service is not passed, and why.
var excused = map[string]string{
	"worker INBOUND_SMTP_ADDR": "letterbox listens, so that workers can be many and its port is one",
	"migrate DATA_DIR":         "the hub's, where there is no DATABASE_URL",
	"search-keys DATA_DIR":     "the hub's, where there is no DATABASE_URL",
}

var inUsage = regexp.MustCompile(`(?m)^  ([A-Z_]+) \(`)

// What a program reads but is not passed, an operator of the compose file cannot set.
func TestEverySettingIsPassedToWhoReadsIt(t *testing.T) {
	project, err := load(t, filled)
	if err != nil {
		t.Fatal(err)
	}
	for service, program := range ours(t, project) {
		read := inUsage.FindAllStringSubmatch(config.Usage(program), -1)
		if len(read) < 8 {
			t.Fatalf("%s reads %d settings", program, len(read))
		}
		for _, m := range read {
			_, passed := project.Services[service].Environment[m[1]]
			if why := excused[service+" "+m[1]]; passed == (why != "") {
				t.Errorf("%s: %s is passed: %v, excused because %q", service, m[1], passed, why)
			}
		}
	}
}

// all is .env with every setting filled in.
func all() []string {
	return append(slices.Clone(filled), "SMTP_URL=smtp://post:word@smtp.example:587", "MAIL_FROM=Hub <hello@hub.example>", "TRUSTED_PROXIES=172.30.80.1",
		"DKIM_KEY_FILE=./dkim.pem", "DKIM_SELECTOR=2027a", "DKIM_DOMAIN=hub.example", "REPLY_DOMAIN=reply.hub.example", "INBOUND_AUTH_SERVER=mx.hub.example",
		"GEOCODER_URL=https://codes.example", "NOMINATIM_URL=https://names.example", "MAP_TILE_URL=https://tiles.example/{z}/{x}/{y}.png", "MAP_ATTRIBUTION=© them",
		"SECURITY_CONTACT=mailto:holes@hub.example", "WORDING_DIR=./translations", "SESSION_IDLE=24h", "SESSION_MAX=48h", "SIGN_INS_PER_HOUR=11", "POSTS_PER_HOUR=12",
		"API_PER_HOUR=13", "API_PUBLIC_PER_HOUR=14", "OPEN_REQUESTS_PER_LISTING=15", "PROPOSAL_MAILS_PER_DAY=2", "PROPOSAL_MAILS_PER_WEEK=16", "DATABASE_CONNS=17", "INDEX_MOST_LISTINGS=22",
		"MATCH_WORKERS=18", "MAIL_WORKERS=19", "MAILS_PER_DOMAIN=20", "RELAY_EVERY=2s", "SWEEP_EVERY=21s", "MEILISEARCH_SEARCH_KEY=one", "MEILISEARCH_WRITE_KEY=other",
		"MODEL_DIR=/nowhere", "LOG_LEVEL=debug", "VERSION=v1", "APIS=2", "API_PORTS=127.0.0.1:8080-8083", "WORKERS=3", "INBOUND_PORT=127.0.0.1:2526", "COMPOSE_PROFILES=inbound")
}

// The programs read their settings with the code that reads them in production.
func TestEveryProgramStartsWithWhatComposePasses(t *testing.T) {
	example, err := dotenv.Read("../.env.example")
	if err != nil {
		t.Fatal(err)
	}
	var copied []string
	for name, value := range example {
		if value != "" {
			copied = append(copied, name+"="+value)
		}
	}
	for how, env := range map[string][]string{"the least": filled, "the example": append(copied, filled...), "all": all()} {
		project, err := load(t, env)
		if err != nil {
			t.Fatal(err)
		}
		for service, program := range ours(t, project) {
			if _, err := config.Load(program, passed(t, project, service)); err != nil && !(service == "letterbox" && how != "all") {
				t.Errorf("%s, %s: %v", how, service, err)
			}
		}
	}
}

// passed is the environment of a service: nothing in it that its program does not read.
func passed(t *testing.T, project *types.Project, service string) (env []string) {
	t.Helper()
	program := ours(t, project)[service]
	for name, value := range project.Services[service].Environment {
		if value == nil {
			t.Errorf("%s: %s has no value", service, name)
			continue
		}
		if !strings.Contains(config.Usage(program), "  "+name+" (") {
			t.Errorf("%s passes %s, which %s does not read", service, name, program)
		}
		env = append(env, name+"="+*value)
	}
	return env
}

// What stands in .env is what each program has, and a variable left empty is a default: what the fields of a bare start hold.
func TestWhatIsSetArrivesAndWhatIsEmptyIsDefault(t *testing.T) {
	project, err := load(t, all())
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range all() {
		name, value, _ := strings.Cut(line, "=")
		inside := map[string]string{"DKIM_KEY_FILE": "/run/secrets/dkim", "WORDING_DIR": "/wording"}[name]
		if inside == "" {
			inside = value
		}
		for service, program := range ours(t, project) {
			got, ok := project.Services[service].Environment[name]
			if ok && (got == nil || *got != inside) {
				t.Errorf("%s, which runs %s, has %s=%v", service, program, name, got)
			}
		}
	}
	bare, err := load(t, filled)
	if err != nil {
		t.Fatal(err)
	}
	for _, service := range []string{"api", "worker"} {
		env := passed(t, bare, service)
		full := slices.DeleteFunc(slices.Clone(env), func(line string) bool { return strings.HasSuffix(line, "=") })
		if len(full) > len(env)-8 {
			t.Errorf("%s: only %d of %d are empty", service, len(env)-len(full), len(env))
		}
		with, err := config.Load(service, env)
		without, err2 := config.Load(service, full)
		if diff := cmp.Diff(without.String(), with.String()); err != nil || err2 != nil || diff != "" {
			t.Errorf("%s, empty and unset: %v, %v\n%s", service, err, err2, diff)
		}
	}
}

// Files of the operator's are there under the names that the programs are given, and where there are none so is nothing.
func TestTheKeyAndTheTranslationsAreMounted(t *testing.T) {
	for want, env := range map[string][]string{"/dev/null": filled, "": all()} {
		project, err := load(t, env)
		if err != nil {
			t.Fatal(err)
		}
		key, words := want, want
		if want == "" {
			if key, err = filepath.Abs("../dkim.pem"); err != nil {
				t.Fatal(err)
			}
			words = filepath.Join(filepath.Dir(key), "translations")
		}
		if got := project.Secrets["dkim"].File; got != key {
			t.Errorf("the key is %q, not %q", got, key)
		}
		for _, service := range []string{"api", "worker", "letterbox"} {
			s := project.Services[service]
			if service != "api" && (len(s.Secrets) != 1 || s.Secrets[0].Source != "dkim") {
				t.Errorf("%s has no key", service)
			}
			if service == "api" && len(s.Secrets) > 0 {
				t.Error("api has a key, and signs nothing")
			}
			if len(s.Volumes) != 1 || s.Volumes[0].Source != words || s.Volumes[0].Target != "/wording" || !s.Volumes[0].ReadOnly {
				t.Errorf("%s: %+v, not %s", service, s.Volumes, words)
			}
		}
	}
}

// Two containers cannot have one port of the machine: whatever there may be many of has a port for each or none.
func TestThereArePortsForAsManyAsAreStarted(t *testing.T) {
	for how, tc := range map[string]struct {
		env          []string
		apis, worker int
	}{"the least": {filled, 1, 1}, "all": {all(), 2, 3}} {
		project, err := load(t, tc.env)
		if err != nil {
			t.Fatal(err)
		}
		many := map[string]int{}
		for name, s := range project.Services {
			many[name] = s.GetScale()
			for _, p := range s.Ports {
				if ports(t, p.Published) < many[name] {
					t.Errorf("%s: %d of %s have the ports %s", how, many[name], name, p.Published)
				}
			}
		}
		if many["api"] != tc.apis || many["worker"] != tc.worker {
			t.Errorf("%s: %v", how, many)
		}
		box := project.Services["letterbox"]
		if listens := box.Environment["INBOUND_SMTP_ADDR"]; len(box.Ports) != 1 || listens == nil || *listens != fmt.Sprintf("0.0.0.0:%d", box.Ports[0].Target) {
			t.Errorf("letterbox listens elsewhere than its port leads: %+v", box.Ports)
		}
	}
}

// Postgres has a connection for everybody whom docs/running.md has started at once, each with as many as it may open.
func TestPostgresHasConnectionsForAll(t *testing.T) {
	page, err := os.ReadFile("../docs/running.md")
	if err != nil {
		t.Fatal(err)
	}
	project, err := load(t, filled)
	if err != nil {
		t.Fatal(err)
	}
	most := regexp.MustCompile(`max_connections=(\d+)`).FindStringSubmatch(strings.Join(project.Services["postgres"].Command, " "))
	workers := regexp.MustCompile("`WORKERS=(\\d+)`").FindStringSubmatch(string(page))
	apis := regexp.MustCompile("`API_PORTS=127.0.0.1:([\\d-]+)`").FindStringSubmatch(string(page))
	if most == nil || workers == nil || apis == nil {
		t.Fatalf("connections %v, workers %v, apis %v", most, workers, apis)
	}
	set, err := config.Load("worker", passed(t, project, "worker"))
	if err != nil {
		t.Fatal(err)
	}
	const starting, reserved, backup, letterbox = 2, 3, 1, 1 // whoever starts looks at the schema beside its pool
	worker := set.DatabaseConns + queue.OwnConnections + search.TurnsAtOnce
	hands, err := strconv.Atoi(workers[1])
	have, err2 := strconv.Atoi(most[1])
	if err != nil || err2 != nil {
		t.Fatal(err, err2)
	}
	sum := ports(t, apis[1])*(set.DatabaseConns+starting) + (hands+letterbox)*worker + set.DatabaseConns + search.TurnsAtOnce + backup
	if sum+reserved > have {
		t.Errorf("they open %d connections, and Postgres keeps %d back: it has %d", sum, reserved, have)
	}
	for what, n := range map[string]int{"`max_connections` in `docker-compose.yml`, %d": have, "an `api` up to %d": set.DatabaseConns + starting,
		"a `worker` up to %d": worker, "are %d, and three": sum} {
		if said := fmt.Sprintf(what, n); !strings.Contains(string(page), said) {
			t.Errorf("docs/running.md does not say: %s", said)
		}
	}
}

// ports is how many a range such as 8080-8083 has.
func ports(t *testing.T, published string) int {
	t.Helper()
	from, to, ranged := strings.Cut(published, "-")
	if !ranged {
		to = from
	}
	first, err := strconv.Atoi(from)
	last, err2 := strconv.Atoi(to)
	if err != nil || err2 != nil {
		t.Errorf("%q is no range of ports", published)
	}
	return last - first + 1
}

// A proxy on the machine is seen as the network's gateway.
func TestTheExampleTrustsTheMachineItself(t *testing.T) {
	example, err := dotenv.Read("../.env.example")
	if err != nil {
		t.Fatal(err)
	}
	project, err := load(t, filled)
	if err != nil {
		t.Fatal(err)
	}
	if pools := project.Networks["outside"].Ipam.Config; len(pools) != 1 || pools[0].Gateway == "" || pools[0].Gateway != example["TRUSTED_PROXIES"] {
		t.Errorf("TRUSTED_PROXIES is %q, the network %+v", example["TRUSTED_PROXIES"], pools)
	}
}

var inEnv = regexp.MustCompile(`(?m)^([A-Z_]+)=(.*)$`)

// The example names what the compose file asks for, and gives no secret that somebody might leave as it is.
func TestTheExampleNamesEveryVariableAndHoldsNoSecret(t *testing.T) {
	text, err := os.ReadFile("../.env.example")
	if err != nil {
		t.Fatal(err)
	}
	compose, err := os.ReadFile("../docker-compose.yml")
	if err != nil {
		t.Fatal(err)
	}
	asked, named := map[string]bool{"COMPOSE_PROFILES": true}, map[string]bool{} // docker compose itself reads that one
	for _, m := range regexp.MustCompile(`\$\{([A-Z_]+)`).FindAllStringSubmatch(string(compose), -1) {
		asked[m[1]] = true
	}
	for _, m := range inEnv.FindAllStringSubmatch(string(text), -1) {
		named[m[1]] = true
		if (strings.Contains(m[1], "SECRET") || strings.Contains(m[1], "PASSWORD") || strings.Contains(m[1], "_KEY")) && m[2] != "" {
			t.Errorf("%s has a default", m[1])
		}
	}
	if diff := cmp.Diff(asked, named); diff != "" {
		t.Errorf("docker-compose.yml asks for (-), .env.example names (+):\n%s", diff)
	}
}

// Every file that the image is made of is there, and every program that is started is built into it.
func TestTheImageHoldsWhatIsStarted(t *testing.T) {
	text, err := os.ReadFile("../Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	project, err := load(t, filled)
	if err != nil {
		t.Fatal(err)
	}
	for name, s := range project.Services {
		if !isOurs(s) {
			continue
		}
		starts := []string{s.Command[0]}
		if s.HealthCheck != nil {
			starts = append(starts, s.HealthCheck.Test[1])
		}
		for _, program := range starts {
			if !strings.Contains(string(text), "./cmd"+program) {
				t.Errorf("%s starts %s, which is not built", name, program)
			}
			if _, err := os.Stat(filepath.Join("..", "cmd", program, "main.go")); err != nil {
				t.Error(err)
			}
		}
	}
	for _, want := range []string{"USER 65532", "CGO_ENABLED=0", "-trimpath"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the Dockerfile has no %s", want)
		}
	}
}

// What docs/running.md has an operator type is there: services, commands of admin, settings.
func TestThePageForOperatorsNamesWhatThereIs(t *testing.T) {
	page, err := os.ReadFile("../docs/running.md")
	if err != nil {
		t.Fatal(err)
	}
	admin, err := os.ReadFile("../cmd/admin/main.go")
	if err != nil {
		t.Fatal(err)
	}
	example, err := os.ReadFile("../.env.example")
	if err != nil {
		t.Fatal(err)
	}
	project, err := load(t, filled)
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		said  string
		least int
		there func(name string) bool
	}{
		"service": {`docker compose run --rm (?:-v \S+ )?([a-z-]+)`, 3, func(name string) bool { _, ok := project.Services[name]; return ok }},
		"command": {`/admin ([a-z][a-z-]+)`, 2, func(name string) bool { return strings.Contains(string(admin), `{"`+name+`", "`) }},
		"setting": {"`([A-Z_]+)=", 8, func(name string) bool {
			return strings.Contains(string(example), "\n"+name+"=") || strings.Contains(config.Usage("worker"), "  "+name+" (")
		}},
	} {
		found := regexp.MustCompile(tc.said).FindAllStringSubmatch(string(page), -1)
		if len(found) < tc.least {
			t.Errorf("%d of %s are named", len(found), name)
		}
		for _, m := range found {
			if !tc.there(m[1]) && m[1] != "GOARCH" { // Go's own
				t.Errorf("there is no %s %s", name, m[1])
			}
		}
	}
}

var inNetwork = regexp.MustCompile("`docker network connect ([a-z_]+) ")

// Where docs/running.md has Prometheus look, the programs listen: each of them, on a network of that name, and nowhere outside.
func TestPrometheusFindsEveryProgramWhereThePageSays(t *testing.T) {
	page, err := os.ReadFile("../docs/running.md")
	if err != nil {
		t.Fatal(err)
	}
	project, err := load(t, filled)
	if err != nil {
		t.Fatal(err)
	}
	network := inNetwork.FindSubmatch(page)
	if network == nil {
		t.Fatal("docs/running.md joins no network")
	}
	looks := lookedAt(t, string(page))
	for name := range ours(t, project) {
		s := project.Services[name]
		listens := s.Environment["ADMIN_ADDR"]
		if listens == nil {
			continue
		}
		if want := strings.TrimPrefix(*listens, "0.0.0.0:"); looks[name] != want {
			t.Errorf("%s listens at %s, looked at is %q", name, *listens, looks[name])
		}
		delete(looks, name)
		joined := func(key string) bool { return project.Networks[key].Name == string(network[1]) }
		if !slices.ContainsFunc(slices.Collect(maps.Keys(s.Networks)), joined) {
			t.Errorf("%s is not in the network %s", name, network[1])
		}
		for _, p := range s.Ports {
			if fmt.Sprintf("0.0.0.0:%d", p.Target) == *listens {
				t.Errorf("%s shows its figures at %s:%s", name, p.HostIP, p.Published)
			}
		}
	}
	for name := range looks {
		t.Errorf("%s has no figures", name)
	}
}

// lookedAt reads the settings of Prometheus on the page for operators: services and their ports.
func lookedAt(t *testing.T, page string) map[string]string {
	t.Helper()
	_, text, _ := strings.Cut(page, "\n    scrape_configs:\n")
	text, _, _ = strings.Cut(text, "\n\n")
	var settings []struct {
		Job string `yaml:"job_name"`
		DNS []struct {
			Names []string `yaml:"names"`
			Type  string   `yaml:"type"`
			Port  int      `yaml:"port"`
		} `yaml:"dns_sd_configs"`
	}
	if err := yaml.UnmarshalWithOptions([]byte(text), &settings, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, one := range settings {
		if !strings.HasPrefix(one.Job, "wherewithal") { // what deploy/alerts.yml looks for
			t.Errorf("a job called %q", one.Job)
		}
		for _, found := range one.DNS {
			for _, name := range found.Names {
				all[name] = strconv.Itoa(found.Port)
			}
		}
	}
	return all
}

// What a service reads from the operator's machine lies outside of Postgres: the page says to keep a copy of it.
func TestTheBackupsHoldEveryFileOfTheOperators(t *testing.T) {
	page, err := os.ReadFile("../docs/running.md")
	if err != nil {
		t.Fatal(err)
	}
	_, backups, _ := strings.Cut(string(page), "\n## Backups\n")
	backups, _, _ = strings.Cut(backups, "\n## ")
	project, err := load(t, all())
	if err != nil {
		t.Fatal(err)
	}
	var files []string
	for _, s := range project.Secrets {
		files = append(files, s.File)
	}
	for _, s := range project.Services {
		for _, v := range s.Volumes {
			if v.Type == types.VolumeTypeBind {
				files = append(files, v.Source)
			}
		}
	}
	slices.Sort(files)
	files = slices.Compact(files)
	if len(files) < 2 {
		t.Errorf("services read %v of the operator's: this test is not looking at them", files)
	}
	for _, file := range files {
		if name := setTo(t, file); name == "" || !strings.Contains(backups, "`"+name+"`") {
			t.Errorf("the section on backups does not name %s, which %q sets", file, name)
		}
	}
}

// setTo is the variable of .env that names a file.
func setTo(t *testing.T, file string) string {
	t.Helper()
	for _, line := range all() {
		name, value, _ := strings.Cut(line, "=")
		if !strings.HasPrefix(value, "./") {
			continue
		}
		if at, err := filepath.Abs(filepath.Join("..", value)); err == nil && at == file {
			return name
		}
	}
	return ""
}

// stands are where the images of others listen, and where they keep what they are told.
var stands = map[string]struct{ port, data string }{
	"postgres":    {"5432", "/var/lib/postgresql/data"},
	"redis":       {"6379", "/data"},
	"meilisearch": {"7700", "/meili_data"},
	"mailpit":     {"1025", ""}, // which keeps nothing
}

// leans are the parts that each service of ours is given the address of.
var leans = map[string]map[string]string{
	"api":         {"DATABASE_URL": "postgres", "REDIS_URL": "redis", "SMTP_URL": "mailpit", "MEILISEARCH_URL": "meilisearch"},
	"worker":      {"DATABASE_URL": "postgres", "REDIS_URL": "redis", "SMTP_URL": "mailpit", "MEILISEARCH_URL": "meilisearch"},
	"letterbox":   {"DATABASE_URL": "postgres", "REDIS_URL": "redis", "SMTP_URL": "mailpit", "MEILISEARCH_URL": "meilisearch"},
	"migrate":     {"DATABASE_URL": "postgres", "MEILISEARCH_URL": "meilisearch"},
	"search-keys": {"DATABASE_URL": "postgres", "MEILISEARCH_URL": "meilisearch"},
}

// A name that no service has is found by nobody, and one on another network neither.
func TestEveryAddressLeadsToAServiceThatListensThere(t *testing.T) {
	project, err := load(t, filled)
	if err != nil {
		t.Fatal(err)
	}
	for service := range ours(t, project) {
		s, led := project.Services[service], map[string]string{}
		for variable, value := range s.Environment {
			if variable == "PUBLIC_URL" || value == nil || !strings.Contains(*value, "://") { // where people are led, from outside
				continue
			}
			u, err := url.Parse(*value)
			if err != nil {
				t.Errorf("%s: %s: %v", service, variable, err)
				continue
			}
			to, there := project.Services[u.Hostname()]
			if !there {
				t.Errorf("%s: %s leads to %q, which is no service", service, variable, u.Hostname())
				continue
			}
			if led[variable] = u.Hostname(); u.Port() != stands[u.Hostname()].port {
				t.Errorf("%s: %s leads to port %s of %s, which listens at %s", service, variable, u.Port(), u.Hostname(), stands[u.Hostname()].port)
			}
			if !slices.ContainsFunc(slices.Collect(maps.Keys(s.Networks)), func(n string) bool { _, shared := to.Networks[n]; return shared }) {
				t.Errorf("%s and %s are on no network together", service, u.Hostname())
			}
		}
		if diff := cmp.Diff(leans[service], led); diff != "" {
			t.Errorf("%s is to be given the addresses (-), is given (+):\n%s", service, diff)
		}
	}
}

// A health check that asks elsewhere has a program that is well started again and again.
func TestEveryHealthCheckAsksWhereItsProgramListens(t *testing.T) {
	project, err := load(t, filled)
	if err != nil {
		t.Fatal(err)
	}
	looked := 0
	for service := range ours(t, project) {
		s := project.Services[service]
		if s.HealthCheck == nil {
			continue
		}
		looked++
		u, err := url.Parse(s.HealthCheck.Test[len(s.HealthCheck.Test)-1])
		if err != nil {
			t.Fatal(err)
		}
		if u.Scheme != "http" || u.Hostname() != "127.0.0.1" || u.Path != "/healthz" {
			t.Errorf("%s is asked %s", service, u)
		}
		listens := false
		for _, variable := range []string{"HTTP_ADDR", "ADMIN_ADDR"} {
			at := s.Environment[variable]
			listens = listens || at != nil && *at == "0.0.0.0:"+u.Port()
		}
		if !listens {
			t.Errorf("%s is asked at port %s, where it does not listen", service, u.Port())
		}
	}
	if looked < 3 {
		t.Errorf("%d services have a health check", looked)
	}
	if asked := strings.Join(project.Services["meilisearch"].HealthCheck.Test, " "); !strings.Contains(asked, ":"+stands["meilisearch"].port+"/health") {
		t.Errorf("meilisearch is asked %s", asked)
	}
	if api := project.Services["api"]; len(api.Ports) != 1 || *api.Environment["HTTP_ADDR"] != fmt.Sprintf("0.0.0.0:%d", api.Ports[0].Target) {
		t.Errorf("api listens elsewhere than its port leads: %+v", api.Ports)
	}
}

// A container that is made anew has what it was told before: its files are in a volume that has a name.
func TestWhatIsKeptIsInAVolumeWithAName(t *testing.T) {
	project, err := load(t, filled)
	if err != nil {
		t.Fatal(err)
	}
	for service, at := range stands {
		var kept []string
		for _, v := range project.Services[service].Volumes {
			if _, named := project.Volumes[v.Source]; named && v.Type == types.VolumeTypeVolume && v.Source == service && !v.ReadOnly {
				kept = append(kept, v.Target)
			}
		}
		if got := strings.Join(kept, " "); got != at.data {
			t.Errorf("%s keeps %q in a volume of its own, its image writes to %q", service, got, at.data)
		}
	}
}

// A program that starts on tables of an older release fails; one that starts before what it cannot do without is started again and again.
func TestServicesWaitForWhatTheyCannotDoWithout(t *testing.T) {
	project, err := load(t, filled)
	if err != nil {
		t.Fatal(err)
	}
	const done, healthy = types.ServiceConditionCompletedSuccessfully, types.ServiceConditionHealthy
	for service, want := range map[string]map[string]string{
		"api": {"migrate": done}, "worker": {"migrate": done, "redis": healthy}, "letterbox": {"migrate": done, "redis": healthy},
		"migrate": {"postgres": healthy}, "search-keys": {"postgres": healthy, "meilisearch": healthy},
	} {
		got := map[string]string{}
		for name, on := range project.Services[service].DependsOn {
			got[name] = on.Condition
			if !on.Required {
				t.Errorf("%s goes on without %s", service, name)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s is to wait for (-), waits for (+):\n%s", service, diff)
		}
	}
	for name := range ours(t, project) {
		if project.Services[name].DependsOn == nil {
			t.Errorf("%s waits for nothing", name)
		}
	}
	if command := project.Services["migrate"].Command; !slices.Equal(command, []string{"/admin", "migrate"}) {
		t.Errorf("migrate runs %v", command)
	}
}
