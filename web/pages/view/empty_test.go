package view

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"golang.org/x/net/html"
)

// sampleEmpties are pages on which there is nothing yet.
func sampleEmpties() map[string]templ.Component {
	const site, path = "Lark Lane directory", "/account/partners/1"
	return map[string]templ.Component{
		"mail-log-none": MailLog(MailLogPage{Page: samplePage("Mails", "/operator/mails", true), Form: Form{Once: "m"}, Within: []Option{{Value: "1", Label: "The last day", On: true}},
			States: []Link{{"", "All"}, {"/operator/mails?state=failed", "Failed"}}, Empty: Empty{Title: T(ctx, "mail_log.empty"), Text: T(ctx, "mail_log.empty_text")}}),
		"imports-none":      Imports(ImportsPage{Page: samplePage("Files", path+"/imports", true), Form: Form{Once: "i"}, Path: path + "/imports", Back: path, Name: site, MB: 5, Docs: "/developers/handbook"}),
		"import-no-rows":    Import(ImportPage{Page: samplePage("A file", path+"/imports/2", true), Path: path + "/imports/2", Back: path + "/imports", Name: site, State: "looked at", Kind: "CSV", When: "today at 18:04", LookedAt: true}),
		"webhooks-none":     Webhooks(WebhooksPage{Page: samplePage("Webhooks", path+"/webhooks", true), Form: Form{Once: "w"}, Path: path + "/webhooks", Back: path, Name: site}),
		"webhook-none":      Webhook(WebhookPage{Page: samplePage("A webhook", path+"/webhooks/3", true), Form: Form{Once: "w"}, Path: path + "/webhooks/3", Back: path, Name: site, Address: "https://directory.example/hooks", Live: true, OnceTest: "t", OnceRotate: "r", OnceReplay: "p", OnceRemove: "q"}),
		"tokens-none":       Tokens(TokensPage{Page: samplePage("Tokens", "/account/tokens", true), Form: Form{Once: "t"}, Docs: "/developers"}),
		"passkeys-none":     Passkeys(PasskeysPage{Page: samplePage("Passkeys", "/account/passkeys", true), Form: Form{Once: "p"}, Here: true}),
		"reports-none":      Reports(ReportsPage{Page: samplePage("What waits", "/reports", true), Whole: true}),
		"clearance-none":    ClearancePlan(ClearancePlanPage{Page: samplePage("The plan", "/groups/1/clearance/plan", true), Name: "Hillside Hall Friends", SheetHref: "/groups/1/clearance"}),
		"partners-none":     Partners(PartnersPage{Page: samplePage("Outside sites", "/account/partners", true), Form: Form{Once: "p"}, Docs: "/developers"}),
		"partner-no-key":    Partner(PartnerPage{Page: samplePage(site, path, true), Form: Form{Once: "p"}, Path: path, Name: site, CanTest: true, OnceTest: "t", OnceEnd: "e"}),
		"partner-desk-none": PartnerDesk(PartnerDeskPage{Page: samplePage("Outside sites", "/partners", true)}),
		"mandates-none":     GroupPartners(GroupPartnersPage{Page: samplePage("Outside sites", "/groups/1/partners", true), Form: Form{Once: "g"}, ID: "1", Name: "Hillside Hall Friends"}),
		"networks-none":     Networks(NetworksPage{Page: samplePage("Networks", "/networks", true)}),
	}
}

// atRest are the titles of empty states in which there is nothing for their reader to do, with why.
var atRest = map[string]string{
	"reports.none":      "it is others who report",
	"partner_desk.none": "it is outside sites that ask",
	"mandate.none":      "it is outside sites that ask",
	"import.no_rows":    "the file is in order, and above it stands where all of its rows are",
	"blocks.none":       "whoever wants to be apart from a group is on its page",
}

// textOf is the text of an element, and whether it holds one that matches.
func textOf(of *html.Node, matches func(*html.Node) bool) (text string, found bool) {
	for n := range of.Descendants() {
		if n.Type == html.TextNode {
			text += n.Data + " "
		}
		found = found || n.Type == html.ElementNode && matches(n)
	}
	return strings.Join(strings.Fields(text), " "), found
}

// Where there is nothing yet, a page says what would be there, and what its reader can do: by a link, or by the form of the page.
func TestEmptyStatesLeadOn(t *testing.T) {
	isForm := func(n *html.Node) bool { return n.Data == "form" && attribute(n, "method") == "post" }
	isLink := func(n *html.Node) bool { return n.Data == "a" && attribute(n, "href") != "" }
	rests := map[string]bool{}
	for key := range atRest {
		rests[T(ctx, key)] = true
	}
	seen := map[string]bool{}
	for name := range samplePages() {
		doc, err := html.Parse(strings.NewReader(drawn(t, name)))
		if err != nil {
			t.Fatal(err)
		}
		acts := false
		var empty []*html.Node
		for n := range doc.Descendants() {
			if n.Data == "main" {
				_, acts = textOf(n, isForm)
			}
			if n.Data == "div" && attribute(n, "class") == "empty" {
				empty = append(empty, n)
			}
		}
		for _, n := range empty {
			title, _ := textOf(n.FirstChild, isLink)
			all, leads := textOf(n, isLink)
			seen[title] = true
			if strings.TrimSpace(strings.TrimPrefix(all, title)) == "" || title == "" {
				t.Errorf("%s: %q says no more than that", name, all)
			}
			if onward := acts || leads; onward == rests[title] {
				t.Errorf("%s: “%s” leads on: %v, and is excused: %v", name, title, onward, rests[title])
			}
		}
	}
	for _, key := range emptyTitles(t) {
		if !seen[T(ctx, key)] {
			t.Errorf("no sample page shows %s", key)
		}
	}
}

var emptyTitle = regexp.MustCompile(`Empty\{Title: T\(ctx, "([a-z_.]+)"\)`)

// emptyTitles are the keys of those that the pages have.
func emptyTitles(t *testing.T) (keys []string) {
	t.Helper()
	files, err := filepath.Glob("*.templ")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range emptyTitle.FindAllStringSubmatch(string(text), -1) {
			keys = append(keys, m[1])
		}
	}
	if len(keys) < 15 {
		t.Fatalf("%d empty states were found: this test is not looking at them", len(keys))
	}
	return keys
}
