package mail_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wherewithal/mail"
	"wherewithal/mail/mailtest"
)

const from = "Wherewithal <hello@wherewithal.test>"

func senderTo(t testing.TB, url string) *mail.Sender {
	t.Helper()
	s, err := mail.NewSender(mail.Config{URL: url, From: from, Timeout: 5 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func hello(id string) mail.Outgoing {
	return mail.Outgoing{MessageID: id + "@wherewithal.test", To: "ama@choir.test", ToName: "Ama",
		Rendered: mail.Rendered{Subject: "A group could help", Text: "Hello", HTML: "<p>Hello</p>"}}
}

func TestAMailArrivesAsItWasWritten(t *testing.T) {
	server := mailtest.Start(t, mailtest.Options{})
	o := hello("intro-17")
	o.ToName = "Zoë Ọ̀ṣun"
	o.Subject = "Someone would like your “Große Halle” — £12, " + strings.Repeat("eine sehr lange Zeile ", 8) + "end"
	o.Text = "Grüße\n.\nFrom here on\n" + strings.Repeat("long ", 400)
	o.HTML = "<p>Grüße</p>" + strings.Repeat("x", 3000)
	o.ReplyTo = "intro-17-k3@reply.wherewithal.test"
	o.Unsubscribe = "https://wherewithal.test/mails/stop/abc?x=1&y=2"
	o.Headers = map[string]string{"X-Kind": "possible_match"}
	if err := senderTo(t, server.URL()).Send(context.Background(), o); err != nil {
		t.Fatal(err)
	}
	got := server.Wait(t, func(m mailtest.Mail) bool { return m.MessageID == o.MessageID })
	want := []string{"ama@choir.test", from, "Zoë Ọ̀ṣun <ama@choir.test>", o.Subject, o.Text, o.HTML}
	if diff := cmp.Diff(want, []string{got.Rcpt, got.From, got.To, got.Subject, got.Text, got.HTML}); diff != "" {
		t.Error(diff)
	}
	for field, value := range map[string]string{
		"List-Unsubscribe": "<" + o.Unsubscribe + ">", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
		"Auto-Submitted": "auto-generated", "X-Kind": "possible_match", "Reply-To": "<" + o.ReplyTo + ">",
	} {
		if diff := cmp.Diff([]string{value}, got.Headers[field]); diff != "" {
			t.Errorf("%s: %s", field, diff)
		}
	}
	if kind := got.Headers["Content-Type"]; len(kind) != 1 || !strings.HasPrefix(kind[0], "multipart/alternative") {
		t.Errorf("Content-Type: %q", kind)
	}
}

func TestAMailThatCannotBeStoppedHasNoUnsubscribeField(t *testing.T) {
	server := mailtest.Start(t, mailtest.Options{})
	if err := senderTo(t, server.URL()).Send(context.Background(), hello("sign-in")); err != nil {
		t.Fatal(err)
	}
	for field := range server.Log()[0].Headers {
		if strings.HasPrefix(field, "List-") {
			t.Errorf("it has %s", field)
		}
	}
}

// Every fault must be told apart: what another try mends, what none mends, and what may have arrived.
func TestFaultsAreClassified(t *testing.T) {
	for name, c := range map[string]struct {
		fault  mailtest.Fault
		want   error
		unsure bool
		taken  int
	}{
		"cut early":             {mailtest.CutEarly, mail.ErrTemporary, false, 0},
		"cut in the text":       {mailtest.CutText, mail.ErrTemporary, true, 0},
		"cut before the answer": {mailtest.CutAfter, mail.ErrTemporary, true, 1},
		"421":                   {mailtest.Busy, mail.ErrTemporary, false, 0},
		"451":                   {mailtest.Later, mail.ErrTemporary, false, 0},
		"452 after the text":    {mailtest.Full, mail.ErrTemporary, false, 0},
		"550":                   {mailtest.Refuse, mail.ErrPermanent, false, 0},
		"slow":                  {mailtest.Slow, nil, false, 1},
	} {
		t.Run(name, func(t *testing.T) {
			server := mailtest.Start(t, mailtest.Options{Plan: []mailtest.Fault{c.fault}, Pause: 50 * time.Millisecond})
			err := senderTo(t, server.URL()).Send(context.Background(), hello("m1"))
			if !errors.Is(err, c.want) || errors.Is(err, mail.ErrUnsure) != c.unsure {
				t.Errorf("err = %v", err)
			}
			if err != nil && strings.Contains(err.Error(), "@") {
				t.Errorf("the error tells an address: %v", err)
			}
			if n := len(server.Log()); n != c.taken {
				t.Errorf("the server took %d, want %d", n, c.taken)
			}
			want := strings.TrimLeft(name, "abcdefghijklmnopqrstuvwxyz ") // it said a number, or nothing at all
			if c.want == nil {
				want = "2"
			}
			if said := mail.AnswerOf(err); (said == "") != (want == "") || said != "" && said[0] != want[0] || strings.Contains(said, " ") {
				t.Errorf("it answered %q, kept is %q", name, said)
			}
		})
	}
}

func TestTriedAgainEveryMailArrives(t *testing.T) {
	server := mailtest.Start(t, mailtest.Options{Rate: 0.5, Seed: 7})
	sender := senderTo(t, server.URL())
	for i := range 40 {
		o := hello(fmt.Sprintf("m%d", i))
		for err := error(mail.ErrTemporary); err != nil; {
			if err = sender.Send(context.Background(), o); err != nil && !errors.Is(err, mail.ErrTemporary) {
				t.Fatal(err)
			}
		}
	}
	arrived := map[string]int{}
	for _, m := range server.Log() {
		arrived[m.MessageID]++
	}
	tries, met := server.Tries()
	if len(arrived) != 40 || tries <= 40 {
		t.Errorf("%d of 40 arrived in %d tries", len(arrived), tries)
	}
	if twice := len(server.Log()) - 40; twice != met[mailtest.CutAfter] {
		t.Errorf("%d came twice, but only the %d whose answer was cut may", twice, met[mailtest.CutAfter])
	}
}

func TestAServerThatIsAwayIsTemporary(t *testing.T) {
	server := mailtest.Start(t, mailtest.Options{})
	sender := senderTo(t, server.URL())
	server.Down()
	if err := sender.Send(context.Background(), hello("m1")); !errors.Is(err, mail.ErrTemporary) {
		t.Errorf("away: %v", err)
	}
	server.Up(t)
	if err := sender.Send(context.Background(), hello("m1")); err != nil {
		t.Errorf("back again: %v", err)
	}
}

// A server that says no in its greeting, or nothing at all, says nothing about the mail.
func TestADumbOrGruffServerIsTemporary(t *testing.T) {
	for name, greeting := range map[string]string{"silent": "", "gruff": "554 No service here\r\n", "not SMTP": "HTTP/1.1 400 Bad Request\r\n\r\n"} {
		t.Run(name, func(t *testing.T) {
			listener, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer listener.Close()
			closed := make(chan error, 1)
			go func() {
				conn, err := listener.Accept()
				if err == nil {
					fmt.Fprint(conn, greeting)
					_, err = conn.Read(make([]byte, 1))
				}
				closed <- err
			}()
			sender, err := mail.NewSender(mail.Config{URL: "smtp://" + listener.Addr().String(), From: from, Timeout: 200 * time.Millisecond})
			if err != nil {
				t.Fatal(err)
			}
			if err := sender.Send(context.Background(), hello("m1")); !errors.Is(err, mail.ErrTemporary) {
				t.Errorf("err = %v", err)
			}
			if err := <-closed; err == nil {
				t.Error("the connection stayed open")
			}
		})
	}
}

func TestACancelledSendEndsAtOnce(t *testing.T) {
	server := mailtest.Start(t, mailtest.Options{Plan: []mailtest.Fault{mailtest.Slow}, Pause: 3 * time.Second})
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	begun := time.Now()
	if err := senderTo(t, server.URL()).Send(ctx, hello("m1")); !errors.Is(err, mail.ErrTemporary) {
		t.Errorf("err = %v", err)
	}
	if took := time.Since(begun); took > 2*time.Second {
		t.Errorf("it went on for %s", took)
	}
	if n := len(server.Log()); n != 0 { // the server answers in three seconds
		t.Errorf("the server had taken %d", n)
	}
}

// A server that checks a text for spam while its sender waits has that mail: who hangs up and comes again has it deliver two.
func TestAServerThatTakesItsTimeOverATextGetsItOnce(t *testing.T) {
	server := mailtest.Start(t, mailtest.Options{Plan: []mailtest.Fault{mailtest.Slow}, Pause: time.Second})
	sender, err := mail.NewSender(mail.Config{URL: server.URL(), From: from, Timeout: 300 * time.Millisecond, Answer: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	if err := sender.Send(t.Context(), hello("slow")); err != nil {
		t.Error(err)
	}
	if n := len(server.Log()); n != 1 {
		t.Errorf("the server took %d, want 1", n)
	}
}

// One that does not answer at all is left in the end, and may have it.
func TestAServerThatNeverAnswersATextIsLeft(t *testing.T) {
	server := mailtest.Start(t, mailtest.Options{Plan: []mailtest.Fault{mailtest.Slow}, Pause: 3 * time.Second})
	sender, err := mail.NewSender(mail.Config{URL: server.URL(), From: from, Timeout: 5 * time.Second, Answer: 100 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	if err := sender.Send(t.Context(), hello("mute")); !errors.Is(err, mail.ErrUnsure) {
		t.Errorf("err = %v", err)
	}
}

func TestExampleAddressesNeverReachARealServer(t *testing.T) {
	server := mailtest.Start(t, mailtest.Options{})
	sender := senderTo(t, server.URL())
	for _, to := range []string{"ama@choir.example", "ama@CHOIR.EXAMPLE", "ama@example"} {
		o := hello("m1")
		o.To = to
		if err := sender.Send(context.Background(), o); !errors.Is(err, mail.ErrReserved) {
			t.Errorf("%s: %v", to, err)
		}
	}
	if tries, _ := server.Tries(); tries != 0 {
		t.Errorf("the server was asked %d times", tries)
	}
	_, err := mail.NewSender(mail.Config{URL: "smtp://mail.wherewithal.test:25", From: from, AllowExample: true})
	if err == nil {
		t.Error("a server elsewhere was allowed to get them")
	}
}

func TestNothingSlipsIntoTheHeader(t *testing.T) {
	const sly = "Hall\r\nBcc: all@evil.test\r\nX-Sly: 1\n\rSubject: other"
	flattened := map[string]func(*mail.Outgoing){
		"name":    func(o *mail.Outgoing) { o.ToName = sly },
		"subject": func(o *mail.Outgoing) { o.Subject = sly },
		"text":    func(o *mail.Outgoing) { o.Text = "\r\n.\r\nMAIL FROM:<x@evil.test>\r\nRCPT TO:<all@evil.test>\r\n" },
		"html":    func(o *mail.Outgoing) { o.HTML = "\n.\nRSET\n" },
	}
	for name, change := range flattened {
		server := mailtest.Start(t, mailtest.Options{})
		o := hello("m1")
		change(&o)
		if err := senderTo(t, server.URL()).Send(context.Background(), o); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		log := server.Log()
		if len(log) != 1 || log[0].Rcpt != "ama@choir.test" || len(log[0].Headers["Subject"]) != 1 ||
			log[0].Headers["Bcc"] != nil || log[0].Headers["X-Sly"] != nil || strings.ContainsAny(log[0].Subject, "\r\n") {
			t.Errorf("%s got through: %v", name, log)
		}
	}
	refused := map[string]func(*mail.Outgoing){
		"address":        func(o *mail.Outgoing) { o.To = "ama@choir.test\r\nRCPT TO:<all@evil.test>" },
		"two addresses":  func(o *mail.Outgoing) { o.To = "ama@choir.test, all@evil.test" },
		"named address":  func(o *mail.Outgoing) { o.To = "Ama <ama@choir.test>" },
		"no address":     func(o *mail.Outgoing) { o.To = "" },
		"bad address":    func(o *mail.Outgoing) { o.To = "ama" },
		"quoted address": func(o *mail.Outgoing) { o.To = "\"a> RCPT TO:<b\"@choir.test" },
		"Message-ID":     func(o *mail.Outgoing) { o.MessageID = "m1@x\r\nBcc: all@evil.test" },
		"no Message-ID":  func(o *mail.Outgoing) { o.MessageID = "" },
		"Reply-To":       func(o *mail.Outgoing) { o.ReplyTo = "x@y.test\r\nBcc: all@evil.test" },
		"unsubscribe":    func(o *mail.Outgoing) { o.Unsubscribe = "https://x.test/>\r\nBcc: all@evil.test" },
		"no web address": func(o *mail.Outgoing) { o.Unsubscribe = "mailto:all@evil.test" },
		"header value":   func(o *mail.Outgoing) { o.Headers = map[string]string{"X-Kind": sly} },
		"header name":    func(o *mail.Outgoing) { o.Headers = map[string]string{"X: y\r\nBcc": "all@evil.test"} },
		"header of ours": func(o *mail.Outgoing) { o.Headers = map[string]string{"bcc": "all@evil.test"} },
	}
	server := mailtest.Start(t, mailtest.Options{})
	for name, change := range refused {
		o := hello("m1")
		change(&o)
		if err := senderTo(t, server.URL()).Send(context.Background(), o); !errors.Is(err, mail.ErrPermanent) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := len(server.Log()); n != 0 {
		t.Errorf("%d mails were sent", n)
	}
}

func TestTheAddressOfTheServerIsChecked(t *testing.T) {
	for _, c := range []mail.Config{
		{URL: "", From: from}, {URL: "http://mail.test", From: from}, {URL: "smtp://", From: from},
		{URL: "smtp://u:s3cret@mail.test:99999", From: from}, {URL: "smtp://u:s3cret@mail.test:x", From: from},
		{URL: "smtp://mail.test", From: ""}, {URL: "smtp://mail.test", From: "Ama\r\nBcc: x@y.test"},
	} {
		_, err := mail.NewSender(c)
		if err == nil {
			t.Errorf("took %+v", c)
		} else if strings.Contains(err.Error(), "s3cret") {
			t.Errorf("the error tells the password: %v", err)
		}
	}
	for _, url := range []string{"smtp://127.0.0.1:2525", "smtps://u:p@mail.test", "smtp://mail.test", "smtp://u:p@mail.test:587", "smtp://[::1]:25"} {
		if _, err := mail.NewSender(mail.Config{URL: url, From: from}); err != nil {
			t.Errorf("%s: %v", url, err)
		}
	}
}

func TestACalendarFileGoesWithTheMail(t *testing.T) {
	server := mailtest.Start(t, mailtest.Options{})
	o := hello("agreed-1")
	o.Files = []mail.File{{Name: "wherewithal.ics", Type: "text/calendar; charset=utf-8; method=PUBLISH", Content: []byte("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")}}
	if err := senderTo(t, server.URL()).Send(context.Background(), o); err != nil {
		t.Fatal(err)
	}
	got := server.Wait(t, func(m mailtest.Mail) bool { return m.MessageID == o.MessageID })
	if diff := cmp.Diff([]string{o.Text, o.HTML}, []string{got.Text, got.HTML}); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(o.Files, got.Files, cmp.Transformer("type", func(a mail.File) []string {
		return []string{a.Name, strings.ReplaceAll(a.Type, `; name="wherewithal.ics"`, ""), string(a.Content)}
	})); diff != "" {
		t.Error(diff)
	}
}

// What a domain bears is shared by all workers, and another does not wait for it. Nor does a mail that somebody waits for.
func TestMailsToADomainArePaced(t *testing.T) {
	server := mailtest.Start(t, mailtest.Options{})
	taken := map[string]int{}
	pace := func(_ context.Context, domain string) time.Duration {
		if taken[domain] == 3 {
			return time.Minute
		}
		taken[domain]++
		return 0
	}
	var workers []*mail.Sender
	for range 2 {
		s, err := mail.NewSender(mail.Config{URL: server.URL(), From: from, Timeout: 5 * time.Second, Pace: pace})
		if err != nil {
			t.Fatal(err)
		}
		workers = append(workers, s)
	}
	sent := 0
	for i := range 8 {
		o := hello(fmt.Sprintf("pace-%d", i))
		o.To = []string{"ama@choir.test", "Jo@CHOIR.test"}[i/2%2]
		switch err := workers[i%2].Send(t.Context(), o); {
		case err == nil:
			sent++
		case !errors.Is(err, mail.ErrPaced) || !errors.Is(err, mail.ErrTemporary):
			t.Fatal(err)
		}
	}
	if sent != 3 {
		t.Errorf("%d mails went to one domain at once, want 3", sent)
	}
	link, other := hello("pace-link"), hello("pace-other")
	link.Pressing, other.To = true, "ama@hall.test"
	for _, o := range []mail.Outgoing{link, other} {
		if err := workers[0].Send(t.Context(), o); err != nil {
			t.Errorf("%s: %v", o.MessageID, err)
		}
	}
	if n := len(server.Log()); n != 5 {
		t.Errorf("the server took %d, want 5", n)
	}
}
