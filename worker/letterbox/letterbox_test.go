package letterbox_test

import (
	"fmt"
	"io"
	"net"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"wherewithal/introduction"
	"wherewithal/letter"
	"wherewithal/mail/mailtest"
	"wherewithal/market"
)

func plain(from, to, id, more, body string) string {
	return "From: Somebody <" + from + ">\nTo: " + to + "\nSubject: Re: You are introduced\nMessage-ID: <" + id + ">\nDate: Mon, 11 Jan 2027 12:00:00 +0000\n" + more + "\n" + body + "\n"
}

// TestTwoPeopleTalkByMail goes round: each answers the mail of the other, in one thread, and neither sees an address.
func TestTwoPeopleTalkByMail(t *testing.T) {
	s := newStreet(t, "")
	in := s.connected()
	s.says(s.mails(ama, in.OfferMask+"@"+domain, plain(ama, "x", "one@amas-laptop.southside.example", "In-Reply-To: <letter@wherewithal.example>\n",
		"Could we see the hall?\n\n-- \nAma Boateng\n"+ama+"\n020 7946 0000")), 250, "")
	got := s.delivered()
	if len(got) != 1 || got[0].Rcpt != jo || got[0].Received.From != "Ama via Wherewithal <"+in.NeedMask+"@"+domain+">" || !strings.Contains(got[0].Text, "Could we see the hall?") {
		t.Fatalf("Jo got %+v", got)
	}
	s.private(got[0], ama, "southside", "020 7946")
	s.says(s.mails(jo, in.NeedMask+"@"+domain, plain(jo, "x", "two@jos-phone.hall.test", "In-Reply-To: <"+got[0].MessageID+">\nReferences: <"+got[0].MessageID+">\n",
		"Gladly, on Thursday. I am "+jo+".\n\nOn Mon, 11 Jan 2027, Ama via Wherewithal wrote:\n> Could we see the hall?")), 250, "")
	back := s.delivered()
	if len(back) != 1 || back[0].Rcpt != ama || !strings.Contains(back[0].Text, "Gladly, on Thursday.") || !strings.Contains(back[0].Text, "(address left out)") {
		t.Fatalf("Ama got %+v", back)
	}
	s.private(back[0], jo, "jos-phone", "hall.test")
	if reply := back[0].Headers["In-Reply-To"]; len(reply) != 1 || reply[0] != "<one@amas-laptop.southside.example>" {
		t.Errorf("in reply to %v, want Ama's own mail", reply)
	}
	if !strings.HasPrefix(back[0].Envelope, "b-") {
		t.Errorf("the envelope is from %s", back[0].Envelope)
	}
	var answers int
	if answers = s.count(`select count(*) from messages where answers_id is not null and way = 'mail'`); answers != 1 {
		t.Errorf("%d messages know what they answer", answers)
	}
}

// private fails when a mail, headers and encoded parts and all, holds any of the words.
func (s *street) private(m mailtest.Mail, words ...string) {
	s.t.Helper()
	for _, w := range words {
		if all := string(m.Raw) + m.Text + m.HTML + m.Subject; strings.Contains(strings.ToLower(all), strings.ToLower(w)) {
			s.t.Errorf("a mail to %s holds %q:\n%s", m.Rcpt, w, m.Text)
		}
	}
}

// seen is what mail servers and programs write above a mail: whose machines it came from, and the writer's other addresses.
const seen = `Return-Path: <LOCAL.private@post.example>
Received: from LOCALs-laptop.DOMAIN ([192.0.2.17]) by mx.DOMAIN with ESMTPSA id 4711; Tue, 3 Mar 2026 10:14:02 +0000
Received: from [203.0.113.99] (helo=LOCALs-phone.lan) by smtp.DOMAIN; Tue, 3 Mar 2026 10:14:01 +0000
X-Originating-IP: [203.0.113.99]
X-Sender: LOCAL.private@post.example
Sender: LOCAL.private@post.example
Reply-To: "Somebody" <LOCAL.private@post.example>
Cc: LOCAL.private@post.example
Disposition-Notification-To: LOCAL.private@post.example
Organization: LOCALs-laptop club, 020 7946 0913
X-Mailer: a program on LOCALs-laptop
DKIM-Signature: v=1; a=rsa-sha256; d=DOMAIN; s=LOCALs-laptop; h=from; bh=x; b=x
`

// headed is a reply of the corpus with all that, as one of the two wrote it to the other: the corpus is all of it Ama's.
func headed(raw, writer string, nth int) string {
	local, at, _ := strings.Cut(writer, "@")
	if writer != ama {
		raw = strings.NewReplacer(ama, writer, "southside.example", at, "Ama Boateng", "Jo Hallam", "Ama, 07700", "Jo, 07700").Replace(raw)
	}
	raw = regexp.MustCompile(`(?mi)^Message-ID: <.*>`).ReplaceAllString(raw, fmt.Sprintf("Message-ID: <%d.%s@%ss-laptop.%s>", nth, local, local, at))
	return strings.NewReplacer("LOCAL", local, "DOMAIN", at).Replace(seen) + raw
}

// TestEveryKindOfReplyIsPassedOnWithoutAnAddress sends the corpus of replies through the whole way, from each side to the other. Neither
// headers nor words hold the writer's address, name of a machine, numbers of the net, or anything of what is quoted, signed or forwarded; a
// number that somebody typed for the other stays.
func TestEveryKindOfReplyIsPassedOnWithoutAnAddress(t *testing.T) {
	s := newStreet(t, "")
	in := s.connected()
	files, err := filepath.Glob("../../mail/inbound/testdata/replies/*.eml")
	if err != nil || len(files) < 60 {
		t.Fatalf("%d replies, %v", len(files), err)
	}
	given := 0
	for i, file := range files {
		want := strings.Join(strings.Fields(corpus(t, strings.TrimSuffix(file, ".eml")+".want")), " ")
		for _, way := range []struct{ writer, reader, mask string }{{ama, jo, in.OfferMask}, {jo, ama, in.NeedMask}} {
			s.now = s.now.Add(time.Minute) // as quick as people are let write
			said := s.mails(way.writer, way.mask+"@"+domain, headed(corpus(t, file), way.writer, i))
			if want == "" {
				s.says(said, 554, "nothing in this mail")
				continue
			}
			s.says(said, 250, "")
			got := s.delivered()
			if len(got) != 1 || got[0].Rcpt != way.reader {
				t.Fatalf("%s to %s: %d mails", file, way.reader, len(got))
			}
			text := strings.Join(strings.Fields(got[0].Text), " ")
			if !strings.Contains(text, want[:min(20, len(want))]) {
				t.Errorf("%s: %q is not in\n%s", file, want, got[0].Text)
			}
			local, at, _ := strings.Cut(way.writer, "@")
			s.private(got[0], way.writer, at, local+"s-laptop", local+"s-phone", ".private@", "192.0.2.", "203.0.113.", "020 7946 09", "02079469", "07700 9009", "0)20 7946")
			for _, number := range regexp.MustCompile(`07700 9005\d\d`).FindAllString(want, -1) {
				if given++; !strings.Contains(text, number) {
					t.Errorf("%s: the number %s, given to the reader, is not in\n%s", file, number, got[0].Text)
				}
			}
		}
	}
	if given < 4 {
		t.Errorf("%d numbers were given", given)
	}
}

func TestOnlyTheTwoGroupsWriteToAMaskedAddress(t *testing.T) {
	s := newStreet(t, "")
	in := s.connected()
	to := in.OfferMask + "@" + domain
	s.join("Nosy Parkers", "nosy@street.test", "Nosy")
	s.says(s.mails(ama, "room-nobody2345@"+domain, plain(ama, to, "a@b", "", "Hello")), 550, "no such address")
	s.says(s.mails(ama, "b-nonsense@"+domain, plain(ama, to, "a@b", "", "Hello")), 550, "no such address")
	s.says(s.mails(ama, "somebody@elsewhere.test", plain(ama, to, "a@b", "", "Hello")), 550, "for that domain")
	s.says(s.mails("nosy@street.test", to, plain("nosy@street.test", to, "a@b", "", "Hello")), 550, "Only the two groups")
	s.says(s.mails(jo, to, plain(jo, to, "a@b", "", "To myself")), 550, "Only the two groups")
	s.says(s.mails("nosy@street.test", to, plain(ama, to, "a@b", "", "Hello, it is Ama")), 550, "another address")
	s.says(s.mails(ama, to, plain(ama+">, <nosy@street.test", to, "a@b", "", "From both")), 550, "from one address")
	s.says(s.mails(ama, to, plain(ama, to, "a@b", "", "> all quoted")), 554, "nothing in this mail")
	s.says(s.mails(ama, to, plain(ama, to, "a@b", "", strings.Repeat("many words\n", 1000))), 552, "longer than we pass on")
	s.says(s.mails(ama, to, plain(ama, to, "a@b", "", strings.Repeat(strings.Repeat("x", 900)+"\n", 12_000))), 552, "")
	if n := s.count(`select count(*) from messages`); n != 0 || len(s.delivered()) != 0 {
		t.Errorf("%d messages", n)
	}
}

// Machines get no answer: it would only meet another. A person who writes by a mailing service hears that it did not go.
func TestMachinesAreDroppedAndPeopleAreTold(t *testing.T) {
	s := newStreet(t, "")
	in := s.connected()
	to := in.OfferMask + "@" + domain
	for _, field := range []string{"Auto-Submitted: auto-replied\n", "Precedence: bulk\n", "X-Autoreply: yes\n"} {
		s.says(s.mails(ama, to, plain(ama, to, "a@b", field, "I am away")), 250, "")
	}
	s.says(s.mails("", to, plain(ama, to, "a@b", "", "I am away")), 250, "")
	s.says(s.mails(ama, to, plain(ama, to, "a@b", "List-Unsubscribe: <https://post.example>\n", "Our news")), 550, "mailing service")
	s.says(s.mails(ama, to, strings.Replace(plain(ama, to, "a@b", "", "I am away"), "Re: You", "Out of office: You", 1)), 550, "own mail program")
	if n := s.count(`select count(*) from messages`); n != 0 || len(s.delivered()) != 0 {
		t.Errorf("%d messages", n)
	}
}

func TestOneMailIsOneMessage(t *testing.T) {
	s := newStreet(t, "")
	in := s.connected()
	to := in.OfferMask + "@" + domain
	for range 3 {
		s.says(s.mails(ama, to, plain(ama, to, "same@b", "", "Hello")), 250, "")
		s.says(s.mails(ama, to, "From: "+ama+"\nSubject: A question\n\nWithout an id\n"), 250, "")
	}
	got := s.delivered()
	if len(got) != 2 || !strings.Contains(got[1].Text+got[0].Text, "A question") {
		t.Errorf("%d mails: %+v", len(got), got)
	}
}

func TestSafeFilesGoAlong(t *testing.T) {
	s := newStreet(t, "")
	in := s.connected()
	to := in.OfferMask + "@" + domain
	s.says(s.mails(ama, to, plain(ama, to, "f@b", "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n",
		"--x\nContent-Type: text/plain\n\nThe plan\n--x\nContent-Type: application/pdf; name=plan.pdf\n\n%PDF-1.4 plan\n"+
			"--x\nContent-Type: text/plain; name=who.txt\n\nWrite to "+ama+"\n--x\nContent-Type: application/octet-stream; name=run.exe\n\nMZ\n--x--")), 250, "")
	got := s.delivered()
	if len(got) != 1 || !strings.Contains(got[0].Text, "run.exe") {
		t.Fatalf("got %+v", got)
	}
	for _, want := range []string{`filename="plan.pdf"`, `filename="who.txt"`} {
		if !strings.Contains(string(got[0].Raw), want) {
			t.Errorf("no %s in\n%s", want, got[0].Raw)
		}
	}
	if strings.Contains(string(got[0].Raw), `filename="run.exe"`) || s.count(`select count(*) from message_files where convert_from(content, 'UTF8') like '%southside%'`) != 0 {
		t.Error("what must not pass did")
	}
}

// However an address of an account is written or wrapped, it does not reach the other side.
func TestAddressesInOtherSignsAreLeftOut(t *testing.T) {
	s := newStreet(t, "")
	in := s.connected()
	to := in.OfferMask + "@" + domain
	for i, text := range []string{"Write to '" + ama + "'", "Write to _" + ama + "_", "Write to -" + ama, ama + ".Thanks", "ama%40southside.example",
		"AMA+hall@Southside.Example", "AMA%40SOUTHSIDE.EXAMPLE", "_ama (at) southside (dot) example", "xama@southside.example", "=" + ama + "=", "https://x.test/?to=ama%40southside.example&a=1"} {
		s.now = s.now.Add(2 * time.Minute)
		s.says(s.mails(ama, to, plain(ama, to, fmt.Sprintf("%d@b", i), "", text)), 250, "")
		got := s.delivered()
		if len(got) != 1 || !strings.Contains(got[0].Text, "(address left out)") {
			t.Errorf("%q came as %+v", text, got)
			continue
		}
		s.private(got[0], "southside")
	}
}

// Who quotes a mail of ours gives away no link that acts for them, whatever a program made of it; links for everybody stay.
func TestLinksThatActForTheWriterAreLeftOut(t *testing.T) {
	s := newStreet(t, "")
	in := s.connected()
	to := in.OfferMask + "@" + domain
	token := introduction.Links{Secret: []byte("tokens")}.Token(in.ID, market.NewID())
	for i, c := range []struct{ text, stays string }{
		{"this does not open: https://wherewithal.example/i/" + token, "this does not open: (link left out)"},
		{"Yes:\r\n<https://Wherewithal.example/i/" + token + ">\r\nGood", "Good"},
		{"https://wherewithal.example/i/" + token[:30] + "\r\n" + token[30:] + "\r\nThursday", "(link left out)\nThursday"}, // as some programs wrap it
		{"https://wherewithal.example/i/\r\n" + token + "\r\nThursday", "(link left out)\nThursday"},
		{"https://wherewithal.example/i/" + token[:8] + "\r\nThursday suits us", "(link left out)\nThursday suits us"},
		{"https://wherewithal.example/i/" + token + "\r\nhttps://wherewithal.example/r/" + token, "(link left out)\n(link left out)"},
		{"https://safe.links.test/?url=https%3A%2F%2Fwherewithal.example%2Fi%2F" + token + "&data=05", "(link left out)"},
		{"https://defense.test/v3/__https://wherewithal.example/o/" + token + "__;!!x", "(link left out)"},
		{"https://defense.test/v2/url?u=https-3A__wherewithal.example_i_" + token + "&d=x", "(link left out)"},
		{"https://protect.cast.test/s/" + token + "?domain=wherewithal.example", "(link left out)"},
		{"wherewithal.example" + strings.Repeat("Ⱥ", 30), "wherewithal.example"},
		{"https://safe.links.test/?url=https%3A%2F%2Fwherewithal.example%2Flistings%2F" + string(in.OfferID) + "&data=" + token, "listings%2F"},
		{"see https://wherewithal.example/listings/" + string(in.OfferID) + " please", "https://wherewithal.example/listings/" + string(in.OfferID)},
		{"see https://wherewithal.example/networks/maze-hill-together-and-vanbrugh please", "/networks/maze-hill-together-and-vanbrugh"},
		{"see https://docs.test/d/" + token + " please", "https://docs.test/d/" + token},
	} {
		s.now = s.now.Add(2 * time.Minute)
		s.says(s.mails(ama, to, plain(ama, to, fmt.Sprintf("l%d@b", i), "", c.text)), 250, "")
		got := s.delivered()
		if len(got) != 1 || !strings.Contains(got[0].Text, c.stays) || strings.Contains(c.stays, "left out") && strings.Contains(got[0].Text, token[len(token)-30:]) {
			t.Errorf("%q came as %+v", c.text, got)
		}
	}
}

func TestWordsInFilesAreCleanedOrLeftOut(t *testing.T) {
	s := newStreet(t, "")
	in := s.connected()
	to := in.OfferMask + "@" + domain
	file := func(name, kind, content string) string {
		return "--x\nContent-Type: " + kind + "; name=" + name + "\n\n" + content + "\n"
	}
	s.says(s.mails(ama, to, plain(ama, to, "f@b", "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n",
		"--x\nContent-Type: text/plain\n\nThe times\n"+file("times.ics", "text/calendar", "BEGIN:VCALENDAR\nORGANIZER:mailto:ama@sou\n thside.example\nATTENDEE:mailto:am\n\ta@southside.example\nEND:VCALENDAR")+
			file("old.txt", "application/octet-stream", "Caf\xe9: "+ama)+"--x--")), 250, "")
	got := s.delivered()
	if len(got) != 1 || !strings.Contains(got[0].Text, "old.txt") || !strings.Contains(string(got[0].Raw), `filename="times.ics"`) || strings.Contains(string(got[0].Raw), `filename="old.txt"`) {
		t.Fatalf("got %+v", got)
	}
	var kept string
	s.must(s.store.Pool().QueryRow(s.ctx, `select convert_from(content, 'UTF8') from message_files`).Scan(&kept))
	if strings.Contains(kept, "thside") || strings.Count(kept, "(address left out)") != 2 {
		t.Errorf("kept %q", kept)
	}
	only := "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n"
	s.says(s.mails(ama, to, plain(ama, to, "g@b", only, file("old.txt", "application/octet-stream", "Caf\xe9")+"--x--")), 554, "nothing in this mail")
}

func TestAnAddressClosesWithItsConversation(t *testing.T) {
	s := newStreet(t, "")
	in := s.connected()
	to, start := in.OfferMask+"@"+domain, s.now
	for _, day := range []int{11, 14, 15} { // nobody presses anything: what was kept is given back, and the talk goes on
		s.now = start.AddDate(0, 0, day)
		s.must(s.intros.Turn(s.ctx, s.now))
	}
	if in := s.introduction(); in.State != market.Undone {
		t.Errorf("%s on day 15", in.State)
	}
	s.now = start.Add(market.TalkLasts - time.Minute)
	s.delivered()
	s.says(s.mails(ama, to, plain(ama, to, "a@b", "", "Just in time")), 250, "")
	if got := s.delivered(); len(got) != 1 || !strings.Contains(got[0].Text, "Just in time") || !strings.Contains(strings.Join(strings.Fields(got[0].Text), " "), "simply reply") {
		t.Errorf("passed on %+v", got)
	}
	s.now = s.now.Add(2 * time.Minute)
	s.says(s.mails(ama, to, plain(ama, to, "c@d", "", "Too late")), 550, "more than 90 days")
}

// What was taken is passed on though a stop came before its mail went; and whoever sends it again, as the 250 got lost, is not told
// that it did not go.
func TestAStopRefusesWhatComesAfterItAndNothingThatWasTaken(t *testing.T) {
	s := newStreet(t, "")
	in := s.connected()
	to := in.OfferMask + "@" + domain
	first := plain(ama, to, "a@b", "", "So sorry, the roof fell in")
	s.says(s.mails(ama, to, first), 250, "")
	_, err := s.intros.Stop(s.ctx, s.viewers[jo], in.ID, s.now)
	s.must(err)
	s.says(s.mails(ama, to, first), 250, "")
	s.says(s.mails(ama, to, plain(ama, to, "e@f", "", "Hello?")), 550, "closed")
	if n := s.count(`select count(*) from messages`); n != 1 {
		t.Errorf("%d messages", n)
	}
	passed := 0
	for _, m := range s.delivered() {
		if strings.Contains(m.Text, "the roof fell in") {
			passed++
		}
	}
	if passed != 1 {
		t.Errorf("passed on %d times, want once", passed)
	}
	s.now = s.now.AddDate(0, 0, 6)
	s.says(s.mails(ama, to, first), 550, "closed") // no server tries for so long
}

// Nothing that was taken is lost, so nothing is taken while Postgres is away.
func TestWhilePostgresIsAwayMailIsToComeAgain(t *testing.T) {
	s := newStreet(t, "")
	in := s.connected()
	s.store.Close()
	s.says(s.mails(ama, in.OfferMask+"@"+domain, plain(ama, "x", "a@b", "", "Hello")), 451, "try again later")
}

func TestTooManyMailsWait(t *testing.T) {
	s := newStreet(t, "")
	in := s.connected()
	to := in.OfferMask + "@" + domain
	for i := range 60 {
		s.says(s.mails(ama, to, plain(ama, to, fmt.Sprintf("%d@b", i), "", "Hello")), 250, "")
	}
	s.says(s.mails(ama, to, plain(ama, to, "more@b", "", "Hello")), 451, "a lot of mail")
	s.now = s.now.Add(time.Hour + time.Second)
	s.says(s.mails(ama, to, plain(ama, to, "more@b", "", "Hello")), 250, "")
}

func TestOnlyWhatATrustedServerVouchesForIsTaken(t *testing.T) {
	s := newStreet(t, "mx.hub.test")
	in := s.connected()
	to := in.OfferMask + "@" + domain
	s.says(s.mails(ama, to, plain(ama, to, "a@b", "", "Hello")), 550, "could not be sure")
	s.says(s.mails(ama, to, "Authentication-Results: mx.hub.test; dmarc=fail header.from=southside.example\n"+plain(ama, to, "a@b", "", "Hello")), 550, "could not be sure")
	s.says(s.mails("bounces@post.test", to, "Authentication-Results: mx.hub.test; dmarc=pass header.from=southside.example\n"+plain(ama, to, "a@b", "", "Hello")), 250, "")
}

func TestAPlainYesByMailAnswersAndAnythingElseIsSentTheLink(t *testing.T) {
	const passed = "Authentication-Results: mx.hub.test; dmarc=pass header.from="
	s := newStreet(t, "mx.hub.test")
	in := s.proposed()
	var id string
	s.must(s.store.Pool().QueryRow(s.ctx, `select id::text from letters where kind = 'possible_match'`).Scan(&id))
	to := s.addrs.At(letter.Replies, market.ID(id))
	say := func(results, from, more, body string) {
		s.says(s.mails(from, to, results+"\n"+plain(from, to, "a@b", more, body)), 250, "")
	}
	say(passed+"southside.example", ama, "Auto-Submitted: auto-replied\n", "yes please")
	say("X-Nothing: 1", ama, "", "yes please")
	say(passed+"hall.test", jo, "", "yes please") // forwarded to somebody else
	say(passed+"southside.example", ama, "", "yes please, but not in August")
	say(passed+"southside.example", ama, "", "Yes please.\n\nThanks\n\nBut only on Thursday\nNot before six\nRing Kit on 020 7946 0000")
	say(passed+"southside.example", ama, "", "Yes please.\n\nThanks\n\nAma Boateng\nThursday at six alone\nKit 020 7946 0000")
	say(passed+"southside.example", ama, "", "Yes please. Thanks. Upstairs")
	say(passed+"southside.example", ama, "", "Yes please.\nOn 3 May 2026 the committee wrote:\nonly if we stack the chairs")
	if got := s.introduction(); got.State != market.Proposed {
		t.Fatalf("%s: a doubtful mail answered", got.State)
	}
	got := s.delivered()
	if len(got) != 1 || got[0].Rcpt != ama || got[0].Subject != "Please answer here: Larkhollow Hall" {
		t.Fatalf("want the link once: %+v", got)
	}
	say(passed+"southside.example", ama, "", "Yes please, that would be lovely.\n\nThanks,\nAma")
	if got := s.introduction(); got.State != market.Asked || got.NeedBy != s.viewers[ama].Person {
		t.Errorf("%s after a plain yes", got.State)
	}
	say(passed+"southside.example", ama, "", "yes please") // sent twice
	asked := s.delivered()
	if len(asked) != 1 || asked[0].Rcpt != jo || !strings.Contains(asked[0].Text, "reply to this mail with a plain") || len(asked[0].Headers["Reply-To"]) != 1 {
		t.Fatalf("Jo got %+v", asked)
	}
	s.says(s.mails(jo, strings.Trim(asked[0].Headers["Reply-To"][0], "<>"), passed+"hall.test\n"+plain(jo, to, "c@d", "", "No thanks")), 250, "")
	if got := s.introduction(); got.ID != in.ID || got.State != market.Declined {
		t.Errorf("%s after a plain no", got.State)
	}
}

func dsn(status, action string) string {
	return "From: MAILER-DAEMON@mx.test\nContent-Type: multipart/report; report-type=delivery-status; boundary=x\n\n--x\nContent-Type: text/plain\n\nSorry.\n" +
		"--x\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.test\n\nFinal-Recipient: rfc822; ama@southside.example\nAction: " + action + "\nStatus: " + status + "\n\n--x--\n"
}

func TestAHardBounceStopsMailAndSigningInStartsItAgain(t *testing.T) {
	s := newStreet(t, "")
	in := s.connected()
	envelope := s.out.Log()[0].Envelope // of the proposal
	s.says(s.mails("", envelope, dsn("5.2.2", "failed")), 250, "")
	s.says(s.mails("", envelope, dsn("5.1.1", "delivered")), 250, "")
	s.says(s.mails("", envelope, dsn("4.0.0", "delayed")), 250, "")
	s.says(s.mails("", envelope, strings.Replace(dsn("5.1.1", "failed"), ama, "sent-on@elsewhere.test", 1)), 250, "")
	if n := s.count(`select count(*) from bounces`); n != 1 {
		t.Errorf("%d bounces kept, want that of the full mail box", n)
	}
	s.says(s.mails(ama, envelope, plain(ama, envelope, "a@b", "", "Hello")), 550, "what mail servers report")
	s.says(s.mails("", envelope, plain(ama, envelope, "a@b", "Auto-Submitted: auto-replied\n", "Away")), 250, "")
	if s.bounced() {
		t.Fatal("stopped for a full mail box")
	}
	for range 2 {
		s.says(s.mails("", envelope, dsn("5.1.1", "failed")), 250, "")
	}
	if n := s.count(`select count(*) from bounces`); !s.bounced() || n != 2 {
		t.Fatalf("bounced %v, %d kept", s.bounced(), n)
	}
	_, _, err := s.talks.Write(s.ctx, s.viewers[jo], in.ID, "Are you there?", "once", s.now)
	s.must(err)
	if got := s.delivered(); len(got) != 0 {
		t.Errorf("mailed to an address that bounced: %+v", got)
	}
	if n := s.count(`select count(*) from letters where state = 'failed' and fault = 'bounced'`); n != 1 {
		t.Errorf("%d letters ended as bounced", n)
	}
}

func TestFiveSoftBouncesCountAsAHardOne(t *testing.T) {
	s := newStreet(t, "")
	in := s.connected()
	for i, status := range []string{"5.7.1", "5.7.509", "5.1.8", "5.6.0", "4.7.0", "5.7.1", "5.1.90"} { // of us, and of the mail, not of their mail box
		_, _, err := s.talks.Write(s.ctx, s.viewers[jo], in.ID, "Hello", fmt.Sprint("refused", i), s.now)
		s.must(err)
		s.says(s.mails("", s.delivered()[0].Envelope, dsn(status, "failed")), 250, "")
	}
	for i := range 5 {
		if s.bounced() {
			t.Fatalf("stopped after %d", i)
		}
		_, _, err := s.talks.Write(s.ctx, s.viewers[jo], in.ID, "Hello", fmt.Sprint("once", i), s.now)
		s.must(err)
		s.says(s.mails("", s.delivered()[0].Envelope, dsn("4.4.7", "failed")), 250, "")
	}
	if !s.bounced() {
		t.Error("not stopped after five")
	}
}

func TestAComplaintStopsAllOptionalMail(t *testing.T) {
	s := newStreet(t, "")
	in := s.connected()
	s.says(s.mails("fbl@mx.test", s.out.Log()[0].Envelope, "From: fbl@mx.test\nContent-Type: multipart/report; report-type=feedback-report; boundary=x\n\n--x\n"+
		"Content-Type: message/feedback-report\n\nFeedback-Type: abuse\nVersion: 1\n\n--x--\n"), 250, "")
	_, _, err := s.talks.Write(s.ctx, s.viewers[jo], in.ID, "Hello", "once", s.now)
	s.must(err)
	if got := s.delivered(); len(got) != 0 || s.bounced() {
		t.Errorf("mailed after a complaint: %+v", got)
	}
	p, err := s.store.PersonAt(s.ctx, ama)
	s.must(err)
	if kinds, err := s.store.StoppedMails(s.ctx, p.ID); err != nil || len(kinds) != len(market.OptionalKinds) {
		t.Errorf("stopped %v, %v", kinds, err)
	}
}

// loop is a report as mailbox providers post them to the one address that was registered: the recipient is blacked out, and
// of the mail itself comes what the provider likes to give.
func loop(from, more, original string) string {
	return "From: <" + from + ">\nTo: <fbl@" + domain + ">\nDate: Mon, 11 Jan 2027 12:30:00 +0000\nSubject: FW: Larkhollow Hall\nMessage-ID: <arf.1@" + from + ">\n" +
		"MIME-Version: 1.0\nContent-Type: multipart/report; report-type=feedback-report;\n\tboundary=\"part1_13d.2e68ed54\"\n\n--part1_13d.2e68ed54\n" +
		"Content-Type: text/plain; charset=\"US-ASCII\"\nContent-Transfer-Encoding: 7bit\n\nThis is an email abuse report for an email message received from IP\n192.0.2.25 on Mon, 11 Jan 2027 12:20:00 +0000.\n\n" +
		"--part1_13d.2e68ed54\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\nUser-Agent: Mailbox-Provider-Feedback/2.0\nVersion: 1\n" + more +
		"Original-Rcpt-To: [redacted]\nReceived-Date: Mon, 11 Jan 2027 12:20:00 +0000\nSource-IP: 192.0.2.25\nReported-Domain: wherewithal.example\n\n" +
		"--part1_13d.2e68ed54\nContent-Type: " + original + "\nSubject: Larkhollow Hall\n\nNeatly cut.\n\n--part1_13d.2e68ed54--\n"
}

// Providers post complaints to one registered address. They count where they hold what only the mail's reader was sent.
func TestAComplaintToTheRegisteredAddressFindsItsLetter(t *testing.T) {
	s := newStreet(t, "mx.hub.test")
	s.connected()
	p, err := s.store.PersonAt(s.ctx, ama)
	s.must(err)
	stopped := func() bool {
		s.t.Helper()
		kinds, err := s.store.StoppedMails(s.ctx, p.ID)
		s.must(err)
		_, err = s.store.Pool().Exec(s.ctx, `delete from mail_stops`)
		s.must(err)
		_, err = s.store.Pool().Exec(s.ctx, `delete from bounces`)
		s.must(err)
		return len(kinds) == len(market.OptionalKinds)
	}
	first := s.out.Log()[0] // the proposal to Ama
	byID, byEnvelope := "message/rfc822\n\nMessage-ID: <"+first.MessageID+">", "text/rfc822-headers\n\nReturn-Path: <"+first.Envelope+">"
	const vouched = "Authentication-Results: mx.hub.test; dmarc=pass header.from=arf.provider.test\n"
	for _, c := range []struct {
		name, raw string
		stops     bool
	}{
		{"the Message-ID in the mail sent back", vouched + loop("feedback@arf.provider.test", "", byID), true},
		{"the envelope in the mail sent back", vouched + loop("feedback@arf.provider.test", "", byEnvelope), true},
		{"the envelope in the report", vouched + loop("feedback@arf.provider.test", "Original-Mail-From: <"+first.Envelope+">\n", "text/rfc822-headers\n"), true},
		{"nothing that tells the letter", vouched + loop("feedback@arf.provider.test", "", "text/rfc822-headers\n"), false},
		{"a guess", vouched + loop("feedback@arf.provider.test", "Original-Mail-From: <b-00000000000000000000000000000000000000000@"+domain+">\n",
			"message/rfc822\n\nMessage-ID: <"+string(market.NewID())+"@wherewithal.example>"), false},
		{"the letter's other address", vouched + loop("feedback@arf.provider.test", "Original-Mail-From: <r"+strings.TrimPrefix(first.Envelope, "b")+">\n", "text/rfc822-headers\n"), false},
		{"a Message-ID of another house", vouched + loop("feedback@arf.provider.test", "", strings.Replace(byID, "@wherewithal", "@elsewhere", 1)), false},
		{"not spam after all", vouched + strings.Replace(loop("feedback@arf.provider.test", "", byID), "Type: abuse", "Type: not-spam", 1), false},
		{"a bounce", vouched + dsn("5.1.1", "failed"), false},
	} {
		s.says(s.mails("", "fbl@"+domain, c.raw), 250, "")
		if got := stopped(); got != c.stops {
			t.Errorf("%s: stopped %v", c.name, got)
		}
	}
	s.says(s.mails("feedback@arf.provider.test", "FBL@"+strings.ToUpper(domain), loop("feedback@arf.provider.test", "", byID)), 550, "could not be sure")
	s.says(s.mails(ama, "fbl@"+domain, plain(ama, "fbl@"+domain, "a@b", "", "Please stop")), 550, "what mail servers report")
	if stopped() || s.bounced() {
		t.Error("stopped by what nobody vouched for")
	}
}

// A mail to two addresses of ours is taken one after the other.
func TestASecondRecipientWaits(t *testing.T) {
	s := newStreet(t, "")
	in := s.connected()
	c, err := net.Dial("tcp", s.addr)
	s.must(err)
	defer c.Close()
	s.must(c.SetDeadline(time.Now().Add(20 * time.Second)))
	_, err = fmt.Fprintf(c, "EHLO x\r\nMAIL FROM:<%s>\r\nRCPT TO:<%s@%s>\r\nRCPT TO:<%s@%s>\r\nQUIT\r\n", ama, in.OfferMask, domain, in.OfferMask, domain)
	s.must(err)
	var all strings.Builder
	buf := make([]byte, 4096)
	for {
		n, err := c.Read(buf)
		all.Write(buf[:n])
		if err != nil {
			break
		}
	}
	if !strings.Contains(all.String(), "452 4.5.3") {
		t.Errorf("said:\n%s", all.String())
	}
}

// A letter that waits while its reader leaves the group goes nowhere: what it says is the group's.
func TestWhoLeftTheGroupReadsNoMore(t *testing.T) {
	for _, kind := range []string{"connected", "message"} {
		t.Run(kind, func(t *testing.T) {
			s := newStreet(t, "")
			in := s.proposed()
			for _, who := range []string{ama, jo} {
				_, err := s.intros.Answer(s.ctx, s.viewers[who], in.ID, market.Yes, "", s.now)
				s.must(err)
				if who == ama {
					s.delivered()
				}
			}
			if kind == "message" {
				s.delivered()
				_, _, err := s.talks.Write(s.ctx, s.viewers[ama], in.ID, "The key is under the mat", "once", s.now)
				s.must(err)
			}
			_, err := s.store.Pool().Exec(s.ctx, `update memberships set until = $1 where person_id = $2`, s.now, s.viewers[jo].Person)
			s.must(err)
			s.now = s.now.Add(time.Minute)
			for _, m := range s.delivered() {
				if m.Rcpt == jo {
					t.Errorf("Jo left and got:\n%s", m.Text)
				}
			}
			if n := s.count(`select count(*) from letters where kind = '` + kind + `' and state = 'failed' and fault = 'moot'`); n != 1 {
				t.Errorf("%d letters ended as moot", n)
			}
		})
	}
}

// A mail cut in the middle may come whole yet, so it is not refused for good.
func TestAMailCutInTheMiddleMayComeAgain(t *testing.T) {
	s := newStreet(t, "")
	in := s.connected()
	c, err := net.Dial("tcp", s.addr)
	s.must(err)
	defer c.Close()
	s.must(c.SetDeadline(time.Now().Add(20 * time.Second)))
	_, err = fmt.Fprintf(c, "EHLO x\r\nMAIL FROM:<%s>\r\nRCPT TO:<%s@%s>\r\nDATA\r\nFrom: %s\r\n\r\nHalf a ma", ama, in.OfferMask, domain, ama)
	s.must(err)
	s.must(c.(*net.TCPConn).CloseWrite())
	all, err := io.ReadAll(c)
	s.must(err)
	if !strings.Contains(string(all), "\r\n451 4.3.0") || strings.Contains(string(all), "\r\n554") {
		t.Errorf("said:\n%s", all)
	}
}

// Mails made to break readers are refused or made harmless, and the door stays open.
func TestHostileMailIsRefusedOrHarmless(t *testing.T) {
	s := newStreet(t, "")
	in := s.connected()
	to := in.OfferMask + "@" + domain
	deep := "From: " + ama + "\n"
	for i := range 50 {
		deep += fmt.Sprintf("Content-Type: multipart/mixed; boundary=x%d\n\n--x%d\n", i, i)
	}
	s.says(s.mails(ama, to, deep), 554, "more parts")
	s.says(s.mails(ama, to, "From: "+ama+"\nContent-Type: multipart/mixed; boundary=x\n\n"+strings.Repeat("--x\nContent-Type: text/plain\n\na\n", 5000)+"--x--\n"), 554, "more parts")
	s.says(s.mails(ama, to, "From: "+ama+"\nSubject: =?utf-8?q?Hall=0D=0ABcc:_x@y.example?=\nContent-Type: text/plain; charset=no-such\n\nHe\x00llo\x07 \u202egnp\n"), 250, "")
	s.says(s.mails(ama, to, "\x00\xff\xfe"), 554, "could not read this mail")
	got := s.delivered()
	if len(got) != 1 || len(got[0].Headers["Bcc"]) != 0 || strings.ContainsAny(got[0].Text, "\x00\x07\u202e") {
		t.Errorf("got %+v", got)
	}
}

// A day's files are bounded: who sends more is asked to come again, and words still pass.
func TestADaysFilesAreBounded(t *testing.T) {
	s := newStreet(t, "")
	in := s.connected()
	to := in.OfferMask + "@" + domain
	s.says(s.mails(ama, to, plain(ama, to, "one@b", "", "Hello")), 250, "")
	if _, err := s.store.Pool().Exec(s.ctx, `insert into message_files (id, message_id, position, name, type, size, content)
		select $1, id, 0, 'plan.pdf', 'application/pdf', $2, '' from messages`, market.NewID(), 30<<20-100); err != nil {
		t.Fatal(err)
	}
	withFile := func(id, text string) string {
		return plain(ama, to, id, "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n", "--x\nContent-Type: text/plain\n\nHere it is\n--x\n"+
			"Content-Type: text/plain\nContent-Disposition: attachment; filename=notes.txt\n\n"+text+"\n--x--")
	}
	s.says(s.mails(ama, to, withFile("two@b", strings.Repeat("x", 200))), 451, "")
	s.says(s.mails(ama, to, withFile("three@b", "few words")), 250, "")
	s.says(s.mails(ama, to, plain(ama, to, "four@b", "", "Words alone")), 250, "")
	s.now = s.now.Add(25 * time.Hour)
	s.says(s.mails(ama, to, withFile("two@b", strings.Repeat("x", 200))), 250, "")
}
