package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// biggestMail is what mail programs show whole; longer ones they cut.
const biggestMail = 100_000

// Every mail, as its golden file has it, at 320 px and at 600 px, in light and in dark: nothing sticks out, and axe finds no
// fault, of contrast, of words for pictures, of language or any other. With E2E_SHOTS it leaves a picture of each there.
func TestEveryMailIsReadableOnAPhoneAndADesk(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../mail/testdata/*.html")
	if err != nil || len(files) < 30 {
		t.Fatalf("%d mails, %v", len(files), err)
	}
	for i, file := range files {
		html, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(strings.TrimSuffix(file, ".html") + ".txt")
		if err != nil {
			t.Fatal(err)
		}
		if n := len(html) + len(text); n > biggestMail {
			t.Errorf("%s: %d bytes", file, n)
		}
		if !strings.Contains(string(html), `<html lang="en-GB"`) {
			t.Errorf("%s does not say its language", file)
		}
		if files[i], err = filepath.Abs(file); err != nil {
			t.Fatal(err)
		}
	}
	b := newBrowser(t)
	b.person("reader", nil, way{js: true})
	for _, fault := range b.ask(order{Do: "mails", Who: "reader", List: files, Value: os.Getenv("E2E_SHOTS")}).List {
		t.Error(fault)
	}
}
