package webhook

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

var example = regexp.MustCompile("(?s)```(js|python|sh)\n(.*?)```")

// The examples of docs/partners.md take a message of ours, and no other. The one in Go is what TestTheirLibraryTakesWhatWeSend does.
func TestTheExamplesForPartnersTakeWhatWeSign(t *testing.T) {
	page, err := os.ReadFile("../docs/partners.md")
	if err != nil {
		t.Fatal(err)
	}
	key, body, now := []byte("the key of some thirty-two bytes"), `{"type":"webhook.test"}`, time.Now()
	signature := Sign("an-id", now, []byte(body), []byte("another key, of the day before.."), key)
	request, err := json.Marshal(map[string]string{"webhook-id": "an-id", "webhook-timestamp": strconv.FormatInt(now.Unix(), 10), "webhook-signature": signature})
	if err != nil {
		t.Fatal(err)
	}
	run := map[string]struct{ name, program, after string }{
		"js":     {"check.mjs", "node", "\nconst b = Buffer.from(process.env.BODY)\nprocess.stdout.write(String(verify(process.env.SECRET, JSON.parse(process.env.REQUEST), b)))"},
		"python": {"check.py", "python3", "\nimport json, os\nprint(str(verify(os.environ['SECRET'], json.loads(os.environ['REQUEST']), os.environ['BODY'].encode())).lower(), end='')"},
		"sh":     {"check.sh", "sh", ""},
	}
	found := 0
	for _, block := range example.FindAllStringSubmatch(string(page), -1) {
		found++
		r := run[block[1]]
		file := filepath.Join(t.TempDir(), r.name)
		if err := os.WriteFile(file, []byte(block[2]+r.after), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, sent := range []string{body, body + " "} {
			cmd := exec.CommandContext(t.Context(), r.program, file)
			cmd.Env = append(os.Environ(), "SECRET="+SecretText(key), "BODY="+sent, "REQUEST="+string(request), "ID=an-id", "STAMP="+strconv.FormatInt(now.Unix(), 10))
			out, err := cmd.CombinedOutput()
			said := string(out)
			if block[1] == "sh" {
				said = strconv.FormatBool(strings.Contains(signature, "v1,"+strings.TrimSpace(said)) && said != "")
			}
			if want := strconv.FormatBool(sent == body); err != nil || said != want {
				t.Errorf("%s says %q, want %s: %v", block[1], said, want, err)
			}
		}
	}
	if found != 3 {
		t.Errorf("%d examples", found)
	}
}
