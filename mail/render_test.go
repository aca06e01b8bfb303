package mail

import (
	"bytes"
	"flag"
	netmail "net/mail"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wherewithal/market"
	"wherewithal/wording"
)

var update = flag.Bool("update", false, "write the golden files from what is rendered now")

func TestGoldenMails(t *testing.T) {
	for _, s := range Samples() {
		t.Run(s.Kind, func(t *testing.T) {
			golden(t, s.Kind+".txt", "Subject: "+s.Rendered.Subject+"\n\n"+s.Rendered.Text)
			golden(t, s.Kind+".html", s.Rendered.HTML)
		})
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (go test ./mail -update rewrites it):\n%s", path, diff)
	}
}

func TestEveryKindHasASample(t *testing.T) {
	shown := map[string]bool{}
	for _, s := range sampleKinds {
		shown[s.kind.Name()] = true
	}
	for _, k := range noticeKinds {
		if !shown[string(k)] {
			t.Errorf("no sample of %s", k)
		}
	}
	files, err := filepath.Glob("../market/*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`LetterKind = "([a-z_]+)"`).FindAllSubmatch(text, -1) {
			kind := string(m[1])
			if strings.HasPrefix(kind, "by_hand_") || kind == "digest_request" { // what such a letter or a digest lists, and no kind of letter
				continue
			}
			if found++; !shown[kind] {
				t.Errorf("no sample of %s", kind)
			}
		}
	}
	if found < 50 {
		t.Errorf("%d kinds of letters were found: this test is not looking at them", found)
	}
}

var address = regexp.MustCompile(`\S*@\S*`)

// The one address a mail may hold is the masked one it was given; "@media" is the style sheet's.
func TestMailsHoldNoAddressAndNoMissingWord(t *testing.T) {
	for _, s := range Samples() {
		all := s.Rendered.Subject + "\n" + s.Rendered.Text + "\n" + s.Rendered.HTML
		all = strings.ReplaceAll(all, "@media", "")
		if s.Kind == "connected" || s.Kind == "agreed" || strings.HasPrefix(s.Kind, "day-before") || strings.HasPrefix(s.Kind, "stays-agreed") || strings.HasPrefix(s.Kind, "times-suggested") {
			all = strings.ReplaceAll(all, "intro-17-k3f9@reply.wherewithal.example", "")
		}
		if found := address.FindString(all); found != "" {
			t.Errorf("%s holds an address: %q", s.Kind, found)
		}
		if strings.Contains(all, "⟦") {
			t.Errorf("%s misses a word", s.Kind)
		}
	}
}

func TestMailsAreQuietAndSmall(t *testing.T) {
	for _, s := range Samples() {
		if words := s.Rendered.Subject + s.Rendered.Text; strings.Contains(words, "!") {
			t.Errorf("%s shouts", s.Kind)
		}
		if n := len(s.Rendered.HTML); n >= 100_000 { // above about 102 kB a large reader cuts mails short
			t.Errorf("%s is %d bytes", s.Kind, n)
		}
		for _, outside := range []string{"<img", "url(", "<link", "<script", "src="} {
			if strings.Contains(s.Rendered.HTML, outside) {
				t.Errorf("%s fetches something: %s", s.Kind, outside)
			}
		}
	}
}

// crowded are mails with as much as they may hold: all lines that a part shows, each with a title as long as may be.
func crowded(title string) []Kind {
	line := DigestLine{Title: title, By: title, Note: "Thursdays 18:00 to 20:00, 12 times from 4 February to 22 April", Link: sampleSite + "/i/" + strings.Repeat("k", 90),
		Reasons: []string{"Both in Greenwich, about 1 km apart", "Free 10 of your 12 Thursdays, 18:00 to 20:00", "Seats 40, you need 25", "Step-free, and an accessible toilet", "At cost: £12 an hour, for heating"}}
	part := slices.Repeat([]DigestLine{line}, market.DigestShown)
	asks := slices.Repeat([]ByHandLine{{Group: line.By, Title: title, Other: line.By, Theirs: title, Reasons: line.Reasons, Again: true, Link: line.Link}}, market.ByHandShown)
	searches := slices.Repeat([]DigestSearch{{Name: title, Fresh: part, More: 9, Stop: line.Link}}, market.DigestSearches)
	return []Kind{WithStop(Digest{Questions: part, Rings: part, ToConfirm: part, ToTell: part, Matches: part, Ending: part, Searches: searches,
		More: DigestMore{Questions: 7, Rings: 7, ToConfirm: 7, ToTell: 7, Matches: 7, Ending: 7, Searches: 7}, Link: sampleSite + "/introductions", Mine: sampleSite + "/mine",
		Manage: sampleSite + "/account/searches"}, line.Link),
		WithStop(ByHand{Asks: asks, More: 7, Link: sampleSite + "/by-hand"}, line.Link)}
}

// What two people write goes whole, in letters of any alphabet.
func TestALongMessageIsASmallMail(t *testing.T) {
	from := &netmail.Address{Name: "Wherewithal", Address: "hello@wherewithal.example"}
	for _, word := range []string{"সভাকক্ষ ", "قاعة كبيرة ", "大厅里有椅子", "hall = hall "} {
		said := string([]rune(strings.Repeat(word, market.MaxMessage))[:market.MaxMessage])
		r, err := Render(wording.Default, Message{Writer: "Ama", Group: "Maze Hill Rooms", OtherGroup: "Creekside Choir", Text: said, Answers: true, Link: sampleSite + "/i/" + strings.Repeat("k", 90)})
		if err != nil {
			t.Fatal(err)
		}
		m, err := Outgoing{MessageID: "a@wherewithal.example", To: "guest@choir.test", Rendered: r}.compose(from, func() {})
		if err != nil {
			t.Fatal(err)
		}
		var wire bytes.Buffer
		if _, err := m.WriteTo(&wire); err != nil {
			t.Fatal(err)
		}
		if wire.Len() >= 100_000 {
			t.Errorf("%d letters like %q are %d bytes on the wire", market.MaxMessage, word, wire.Len())
		}
	}
}

// Above about 102 kB a large reader cuts mails short.
func TestMailsAreSmallWhenTheyHoldAllTheyMay(t *testing.T) {
	from := &netmail.Address{Name: "Wherewithal", Address: "hello@wherewithal.example"}
	rest := wording.Text(wording.Default, "mail.rest", nil)
	for title, whole := range map[string]bool{
		"A large hall with a kitchen, forty chairs, a stage and a piano": true,
		strings.Repeat("সভাকক্ষ ", 15):                                   false,
		strings.Repeat("\"'<&>", 24):                                     false,
	} {
		for _, kind := range crowded(title) {
			r, err := Render(wording.Default, kind)
			if err != nil {
				t.Fatal(err)
			}
			m, err := Outgoing{MessageID: "a@wherewithal.example", To: "guest@choir.test", Unsubscribe: sampleSite + "/mails/stop/d1", Rendered: r}.compose(from, func() {})
			if err != nil {
				t.Fatal(err)
			}
			var wire bytes.Buffer
			if _, err := m.WriteTo(&wire); err != nil {
				t.Fatal(err)
			}
			t.Logf("%s: HTML %d, text %d, on the wire %d bytes", kind.Name(), len(r.HTML), len(r.Text), wire.Len())
			if wire.Len() >= 100_000 {
				t.Errorf("%s of %.20s is %d bytes on the wire", kind.Name(), title, wire.Len())
			}
			if whole && (strings.Contains(r.Text, rest) || strings.Count(r.HTML, "and 7 more") == 0) {
				t.Errorf("%s does not hold what it may, and how much more there is: %d bytes on the wire", kind.Name(), wire.Len())
			}
		}
	}
}

var href = regexp.MustCompile(`href="(https?://[^"]+)"`)

func TestTextHoldsEveryLinkOfTheHTML(t *testing.T) {
	for _, s := range Samples() {
		links := href.FindAllStringSubmatch(s.Rendered.HTML, -1)
		if len(links) == 0 {
			t.Errorf("%s has no next step", s.Kind)
		}
		for _, l := range links {
			if !strings.Contains(s.Rendered.Text, l[1]) {
				t.Errorf("%s: the text lacks %s", s.Kind, l[1])
			}
		}
	}
}

// A rule for all links of a dark mail would write light words on the yellow button.
func TestButtonsKeepTheirInkInTheDark(t *testing.T) {
	for _, s := range Samples() {
		if strings.Contains(s.Rendered.HTML, ".ink a") || !strings.Contains(s.Rendered.HTML, "color:#3a2c00") {
			t.Errorf("%s: the words of a button follow the paper's", s.Kind)
		}
	}
}

func TestTextLinesAreShort(t *testing.T) {
	for _, s := range Samples() {
		for _, line := range strings.Split(s.Rendered.Text, "\n") {
			if n := len([]rune(line)); n > lineLength && !strings.Contains(line, "://") {
				t.Errorf("%s: a line of %d characters: %s", s.Kind, n, line)
			}
		}
	}
}

// hostile is what somebody may type as a name or a title.
const hostile = "Hall\r\nBcc: all@evil.test\r\n\r\n<script>alert(1)</script>\u2028x\u202egnp\x00\xff"

var hostileDeal = Deal{Group: hostile, OtherGroup: hostile, ContactName: hostile, ReplyAddress: hostile, OfferTitle: hostile,
	NeedTitle: hostile, When: hostile, Amount: hostile, Place: hostile, Link: sampleSite}

var hostileChange = func() Deal {
	d := hostileDeal
	d.Holds = hostile
	return d
}()

func hostileKinds() []Kind {
	hostileRing := Ring{Group: hostile, Groups: 3, Gets: Helper{Name: hostile, Title: hostile, Reasons: []string{hostile}}, NeedTitle: hostile,
		Gives: hostile, To: hostile, ToTitle: hostile, ToReasons: []string{hostile}, Link: sampleSite}
	h := Helper{Name: hostile, Title: hostile, Reasons: []string{hostile}, Link: sampleSite + "/a"}
	return []Kind{
		SignIn{Link: sampleSite, Minutes: 10, AskedFrom: hostile},
		PossibleMatch{Group: hostile, NeedTitle: hostile, NeedLink: sampleSite, Helpers: []Helper{h, h}},
		SomeoneWouldLike{Group: hostile, OfferTitle: hostile, AskerGroup: hostile, NeedTitle: hostile,
			Reasons: []string{hostile}, Link: sampleSite},
		Connected{Group: hostile, OtherGroup: hostile, ContactName: hostile, ReplyAddress: hostile, OfferTitle: hostile,
			NeedTitle: hostile, Reasons: []string{hostile}, When: hostile, Link: sampleSite},
		AnswerHere{Group: hostile, Title: hostile, Others: []Helper{h, h}}, AnswerLate{Group: hostile, Title: hostile, Other: h, Says: hostile},
		Reminder{Group: hostile, Title: hostile, Others: []Helper{{Name: hostile, Title: hostile, Reasons: []string{hostile}, Link: sampleSite}}, Until: hostile, OwnLink: sampleSite},
		ByHand{Asks: []ByHandLine{{Group: hostile, Title: hostile, Other: hostile, Theirs: hostile, Reasons: []string{hostile}, Link: sampleSite},
			{Offer: true, Again: true, Group: hostile, Title: hostile, Other: hostile, Theirs: hostile, Reasons: []string{hostile}, Link: sampleSite}}, Link: sampleSite},
		Digest{Questions: []DigestLine{{Title: hostile, By: hostile, Reasons: []string{hostile}, Note: hostile, Link: sampleSite}}, Link: sampleSite},
		StaysAgreed{Deal: hostileDeal}, StaysAgreed{Deal: hostileDeal, Begun: true}, StaysAgreed{Deal: hostileDeal, Dropped: true}, StaysAgreed{Deal: hostileDeal, Moved: true}, EndedEarly{Deal: hostileDeal, Last: hostile},
		Message{Group: hostile, OtherGroup: hostile, Writer: hostile, Text: "fine", LeftOut: []string{hostile}, Link: sampleSite},
		Message{Group: hostile, OtherGroup: hostile, Writer: hostile, Text: "fine", Ended: true, Link: sampleSite},
		NotThisTime{Group: hostile, Title: hostile, OtherGroup: hostile, Next: &h, Link: sampleSite},
		ReportReceived{Number: hostile, Subject: "group", Link: sampleSite},
		hostileRing, RingReminder{hostileRing}, RingEnded{hostileRing}, AnswerRingHere{hostileRing},
		TimesSuggested{hostileDeal}, TimesSuggested{hostileChange}, Agreed{hostileDeal}, CalledOff{hostileDeal},
		DayBefore{Deal: hostileDeal}, AgreeSoon{Deal: hostileDeal, Until: hostile, Talk: hostile}, AgreeSoon{Deal: hostileChange, Until: hostile}, NotAgreed{Deal: hostileDeal, Talk: hostile}, DidItHappen{hostileDeal},
		Expiring{Ending{Group: hostile, Title: hostile, Until: hostile, Link: sampleSite}}, Expired{Ending{Group: hostile, Title: hostile, Link: sampleSite}},
	}
}

func TestWhatPeopleTypeStaysInItsLine(t *testing.T) {
	for _, kind := range append(hostileKinds(), hostileNotices()...) {
		r, err := Render(wording.Default, kind)
		if err != nil {
			t.Fatal(err)
		}
		if strings.ContainsAny(r.Subject, "\r\n\x00\u2028\u202e") {
			t.Errorf("%s: subject %q", kind.Name(), r.Subject)
		}
		if strings.Contains(r.Text, "\n\nBcc:") || strings.Contains(r.Text, "\n\n<script>") ||
			strings.ContainsAny(r.Text, "\r\x00\u2028\u202e") {
			t.Errorf("%s: a name began a paragraph of its own:\n%q", kind.Name(), r.Text)
		}
		if strings.Contains(r.HTML, "<script") || strings.ContainsAny(r.HTML, "\r\x00\u2028\u202e") {
			t.Errorf("%s: markup got through", kind.Name())
		}
	}
}

func TestOnlyWebAddressesAreLinked(t *testing.T) {
	for _, link := range []string{"", "/relative", "javascript:alert(1)", "data:text/html,x", "https://",
		"https://user:pass@wherewithal.example/", "https://a.example/\r\nBcc: x", "ftp://a.example/"} {
		_, err := Render(wording.Default, SignIn{Link: link, Minutes: 10})
		if err == nil {
			t.Errorf("linked to %q", link)
		}
		_, err = Render(wording.Default, PossibleMatch{NeedLink: sampleSite, Helpers: []Helper{{Link: link}}})
		if err == nil {
			t.Errorf("a helper linked to %q", link)
		}
	}
}
