// Package deploy_test holds what a deployment is made of to the programs themselves: no container engine is needed.
package deploy_test

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
	"github.com/google/go-cmp/cmp"

	"wherewithal/config"
)

// filled is .env as somebody would fill it in.
var filled = []string{"PUBLIC_URL=https://hub.example", "POSTGRES_PASSWORD=" + strings.Repeat("p", 32),
	"PLACE_SECRET=" + strings.Repeat("a", 64), "TOKEN_SECRET=" + strings.Repeat("b", 64), "MEILISEARCH_MASTER_KEY=" + strings.Repeat("m", 32)}

func load(t *testing.T, env []string) (*types.Project, error) {
	t.Helper()
	options, err := cli.NewProjectOptions([]string{"../docker-compose.yml"}, cli.WithEnv(env), cli.WithWorkingDirectory(".."))
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
		}
		if s.Build != nil && (!s.ReadOnly || !slices.Contains(s.CapDrop, "ALL")) {
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
			if name != "meilisearch" && value != nil && *value == strings.Repeat("m", 32) {
				t.Errorf("%s has the master key of meilisearch in %s", name, variable)
			}
		}
	}
	redis := strings.Join(project.Services["redis"].Command, " ")
	if !strings.Contains(redis, "noeviction") || !strings.Contains(redis, "appendonly yes") {
		t.Errorf("redis: %s", redis)
	}
}

// The programs read their settings with the code that reads them in production.
func TestEveryProgramStartsWithWhatComposePasses(t *testing.T) {
	project, err := load(t, filled)
	if err != nil {
		t.Fatal(err)
	}
	for service, program := range map[string]string{"api": "api", "worker": "worker", "migrate": "admin"} {
		var env []string
		for name, value := range project.Services[service].Environment {
			if value == nil {
				t.Errorf("%s: %s has no value", service, name)
				continue
			}
			if !strings.Contains(config.Usage(program), name) {
				t.Errorf("%s passes %s, which %s does not read", service, name, program)
			}
			env = append(env, name+"="+*value)
		}
		if _, err := config.Load(program, env); err != nil {
			t.Errorf("%s: %v", service, err)
		}
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
	asked, named := map[string]bool{}, map[string]bool{}
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
		if s.Build == nil {
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
