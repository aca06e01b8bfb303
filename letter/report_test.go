package letter_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"wherewithal/account"
	"wherewithal/letter"
	"wherewithal/mail"
	"wherewithal/market"
	"wherewithal/store"
	"wherewithal/store/storetest"
)

// bag is a mail server that keeps what it is handed.
type bag struct{ mails []mail.Outgoing }

func (b *bag) Send(_ context.Context, o mail.Outgoing) error {
	b.mails = append(b.mails, o)
	return nil
}

var noon = time.Date(2027, 1, 14, 12, 0, 0, 0, time.UTC)

func TestAReportIsAcknowledgedOnceAndTellsNothingOfIt(t *testing.T) {
	ctx, s, sent := context.Background(), storetest.Open(t), &bag{}
	g := market.Group{ID: market.NewID(), Name: "Larkhollow Hall", LegalForm: market.Informal, CreatedAt: noon}
	if err := s.InTx(ctx, func(tx *store.Tx) error { return tx.AddGroup(ctx, g) }); err != nil {
		t.Fatal(err)
	}
	r := market.Report{Subject: "group", SubjectID: g.ID, Reason: "unsafe", Words: "The stairs are rotten", Address: "Jo@Street.example"}
	accounts := account.New(s, account.Options{})
	if err := accounts.Report(ctx, market.Public, r, false, "once", noon); err != nil {
		t.Fatal(err)
	}
	if err := accounts.Report(ctx, market.Public, r, false, "once", noon); !errors.Is(err, market.ErrRepeated) {
		t.Fatalf("sent twice: %v", err)
	}
	var id, report string
	if err := s.Pool().QueryRow(ctx, `select l.id::text, r.id::text from letters l join reports r on r.id = l.about_id`).Scan(&id, &report); err != nil {
		t.Fatal(err)
	}
	letters := letter.New(s, sent, letter.Options{PublicURL: "https://wherewithal.example", MailDomain: "wherewithal.example"})
	for range 2 {
		if err := letters.Send(ctx, market.ID(id), noon); err != nil {
			t.Fatal(err)
		}
	}
	if len(sent.mails) != 1 || sent.mails[0].To != "jo@street.example" {
		t.Fatalf("%+v, want one mail to the reporter", sent.mails)
	}
	number := strings.ToUpper(report[len(report)-8:])
	for _, text := range []string{sent.mails[0].Text, sent.mails[0].HTML} {
		if !strings.Contains(text, number) {
			t.Errorf("no %s in\n%s", number, text)
		}
		for _, secret := range []string{"stairs", "Larkhollow", "unsafe", string(g.ID)} {
			if strings.Contains(text, secret) {
				t.Errorf("tells %q:\n%s", secret, text)
			}
		}
	}
}
