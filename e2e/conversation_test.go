package e2e

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"wherewithal/mail/mailtest"
)

// replies sends an answer to a mail as a mail program does: quoting it, signing it, with the writer's address all over.
func replies(t *testing.T, inbound string, to mailtest.Mail, address, words string) {
	t.Helper()
	_, from, _ := strings.Cut(to.Received.From, "<")
	from = strings.TrimSuffix(from, ">")
	raw := fmt.Sprintf("From: Somebody <%s>\r\nTo: %s\r\nSubject: Re: %s\r\nMessage-ID: <%d@pc.%s>\r\nIn-Reply-To: <%s>\r\nX-Originating-IP: 192.0.2.7\r\n\r\n"+
		"%s\r\n\r\n-- \r\nSomebody\r\n%s\r\n\r\nOn Thu, 14 Jan 2027 at 18:04, %s wrote:\r\n> %s\r\n",
		address, from, to.Subject, time.Now().UnixNano(), address[strings.Index(address, "@")+1:], to.MessageID, words, address, address, strings.ReplaceAll(to.Text, "\n", "\r\n> "))
	if err := handsOver(t, inbound, address, from, raw); err != nil {
		t.Fatalf("%s was refused: %v", address, err)
	}
}

// handsOver brings a mail to the letterbox as the mail server in front of it does.
func handsOver(t *testing.T, inbound, from, to, raw string) error {
	t.Helper()
	c, err := smtp.Dial(inbound)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	return c.SendMail(from, []string{to}, strings.NewReader(raw))
}

// TestTwoConnectedGroupsWriteByMailAndOnThePage has two people talk both ways, and reads every byte that either got.
func TestTwoConnectedGroupsWriteByMailAndOnThePage(t *testing.T) {
	t.Parallel()
	inbound := freeAddr(t)
	w, b := townWith(t, mailtest.Options{}, time.Time{}, "REPLY_DOMAIN=reply.town.test", "INBOUND_SMTP_ADDR="+inbound), newBrowser(t)
	w.withAHall(b)
	ama := beginsTheStory(b, w, way{})
	saysYes(ama)
	endsTheStory(ama, way{})
	said := func(to, words string) mailtest.Mail {
		t.Helper()
		return w.mails.Wait(t, func(m mailtest.Mail) bool { return m.Rcpt == to && strings.Contains(m.Text, words) })
	}
	w.mailbox.opens(ama, amas, "You are introduced:", "/i/")
	ama.sees("@reply.town.test")
	ama.fills("Write to them", "Could we see the hall?")
	ama.presses("Send it")
	ama.sees("Sent. They get it by mail")
	replies(t, inbound, said(jos, "Could we see the hall?"), jos, "Gladly. Come on Thursday at six.")
	replies(t, inbound, said(amas, "Gladly. Come on Thursday at six."), amas, "We shall be there, eight of us.")
	said(jos, "We shall be there, eight of us.")
	ama.opens("/introductions") // elsewhere: the link of the mail leads to the page where she was, further down
	w.mailbox.opens(ama, amas, "Re: You are introduced:", "/i/")
	ama.sees("Gladly. Come on Thursday at six.")
	ama.sees("We shall be there, eight of us.")
	for reader, other := range map[string][]string{amas: {jos, "hall.test"}, jos: {amas, "choir.test"}} {
		for _, m := range w.mails.Log() {
			for _, secret := range append(other, "192.0.2.7") {
				if m.Rcpt == reader && strings.Contains(string(m.Raw)+m.Text+m.HTML, secret) {
					t.Errorf("%q to %s holds %s", m.Subject, reader, secret)
				}
			}
		}
	}
	var refused *smtp.SMTPError
	err := handsOver(t, inbound, "nosy@street.test", "room-2345678902@reply.town.test", "From: nosy@street.test\r\n\r\nHello\r\n")
	if !errors.As(err, &refused) || refused.Code != 550 {
		t.Errorf("a mail to nobody: %v", err)
	}
	w.onceEach()
}

// TestInTheHubTheConversationIsOnThePageAndInTheBox needs no mail server of anybody's.
func TestInTheHubTheConversationIsOnThePageAndInTheBox(t *testing.T) {
	t.Parallel()
	h, b := newHub(t), newBrowser(t)
	ama := beginsTheStory(b, h, way{})
	saysYes(ama)
	endsTheStory(ama, way{})
	h.box().opens(ama, amas, "You are introduced:", "/i/")
	ama.fills("Write to them", "Could we see the hall?")
	ama.presses("Send it")
	ama.sees("Sent. They get it by mail")
	if mail := h.box().reads(ama, "", "Re: You are introduced:"); !strings.Contains(mail, "Could we see the hall?") || len(only(strangers(mail, ""), "choir.test")) > 0 {
		t.Errorf("the mail says:\n%s", mail)
	}
}
