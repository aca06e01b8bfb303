package inbound_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wherewithal/mail/inbound"
)

func own(t *testing.T, cases map[string]string) {
	t.Helper()
	for text, want := range cases {
		if diff := cmp.Diff(want, inbound.Own(text, "Ama Boateng")); diff != "" {
			t.Errorf("of %q:\n%s", text, diff)
		}
	}
}

// Nothing of an answer may be lost because some of it stands above the quote.
func TestAnswersBetweenQuotesAreKeptWithWhatStandsAbove(t *testing.T) {
	const said = "On Tue, 3 Mar 2026 at 10:02, Jo wrote:\n"
	own(t, map[string]string{
		"My answers are below.\n\n" + said + "> When?\n\nThursday at six.\n\n> How many chairs?\n\nForty.":                       "My answers are below.\n\nThursday at six.\n\nForty.",
		"Yes please\n\n" + said + "> Would you like the hall?\n\nBut only if it is free.":                                        "Yes please\n\nBut only if it is free.",
		"Hi\n-- \nAma\n" + said + "\n> When?\nAt six.\n-- \nAma":                                                                 "Hi\n\nAt six.",
		"Hi\n\n-----Original Message-----\nFrom: Jo <jo@b.example>\nSent: 3 March\n\n> When?\n\nAt six.":                         "Hi\n\nAt six.",
		"See below\n\n" + said + "> When?\nAt six.\n\nOn Mon, 2 Mar 2026 at 10:02, Ama wrote:\n> Where?\nIn the hall.":           "See below\n\nAt six.\n\nIn the hall.",
		"Yes please\n\n" + said + "Would you like it?\n\nOn Mon, 2 Mar 2026 at 9:00, Ama wrote:\n> A hall?":                      "Yes please",
		"Yes please\n\nFrom: Jo <jo@b.example>\nSent: 3 March\nTo: Ama\n\nWould you like it?\n> A hall?\nOurs is free on Monday": "Yes please",
	})
	if got := inbound.Said(inbound.Signed("Yes please\n\n"+said+"> Would you like the hall?\n\nBut only if it is free."), "Ama"); got != inbound.Unclear {
		t.Errorf("a yes with a condition under the quote is %v", got)
	}
}

// A mail that somebody made of a mebibyte of signatures with afterthoughts must not keep a core busy for hours.
func TestManyAfterthoughtsAreReadQuickly(t *testing.T) {
	if got := inbound.Own("Yes please\n"+strings.Repeat("-- \nPS. x\n\n", 100_000), "Ama"); got != "Yes please\n\nPS. x" {
		t.Errorf("kept %d bytes: %.80q", len(got), got)
	}
}

func TestManyHeadingsAndRulesAreReadQuickly(t *testing.T) {
	long := strings.Repeat("On Tue, 3 Mar 2026 at 10:02, Jo wrote:\n> When?\nx\n", 15_000)
	if got := inbound.Own(long, "Ama"); strings.Count(got, "x") != 15_000 {
		t.Errorf("kept %d answers", strings.Count(got, "x"))
	}
	if got := inbound.Own("x\n"+strings.Repeat("-----\n\n", 50_000)+"words", "Ama"); !strings.HasSuffix(got, "words") {
		t.Errorf("lost what follows %d rules", 50_000)
	}
	if got := inbound.Own(strings.Repeat("x\n-----\n", 100_000), "Ama"); strings.Count(got, "x") != 100_000 {
		t.Errorf("kept %d words between rules", strings.Count(got, "x"))
	}
}

func TestManyFootersAndDashesAreReadQuickly(t *testing.T) {
	for _, many := range []string{"--\nPS. x\n\n", "--\nx\n", "x\n\nSent from my iPhone\n", "--\n--\n—\nx\n", "--\nAma\nSent from my iPhone\nx\n", "--\nAma\n-- \n\nPS x\n"} {
		got := inbound.Own("x\n"+strings.Repeat(many, 10_000)+"words", "Ama")
		if !strings.HasPrefix(got, "x") || !strings.HasSuffix(got, "words") && !strings.Contains(many, "-- ") {
			t.Errorf("of many %q: %.40q … %q", many, got, got[max(0, len(got)-40):])
		}
		inbound.Own("x\n"+strings.Repeat(strings.TrimRight(many, "x\n")+"\n", 10_000), "Ama")
	}
}

// Words that look like a header, a rule or a charity's number are a person's where more of theirs follows.
func TestWordsThatLookLikeAHeaderOrAFooterAreKept(t *testing.T) {
	all := func(text string) map[string]string { return map[string]string{text: text} }
	for _, text := range []string{
		"We'd like the hall\nFrom: 6pm\nTo: 9pm\nIs that ok?",
		"We'd like the hall\nFrom: 6pm\nDate: 3 May\nIs that ok?",
		"From: the choir\nTo: the hall\nWe need forty chairs.",
		"Monday\n-----\nWe have the hall at six.\n\nTuesday\n-----\nWe have it at seven.",
		"First part.\n\n*****\n\nSecond part.",
		"We are\nRegistered charity no. 1098765\nand need a hall for 40.",
		"We are a choir.\n\nRegistered charity no. 1098765\n\nCould we see the hall?",
		"This message is confidential between us: the roof leaks.\n\nCan we still come?",
		"Hello\n-----\nCall me on 020 7946 0000, please.",
		"Yes.\n\n-----\nWe need the keys by six\nRing me on 020 7946 0000",
		"-----\n- forty chairs\n- two tables\nKit 020 7946 0000",
		"Thanks\n\nAma\n020 7946 0000",
		"Thanks\nwe'd like the hall on Thursday\nmy number is 020 7946 0000\nAma",
		"Thanks\n\nAma Boateng\nTreasurer\nSouthside Youth Club",
		"Many thanks,\nwe would like the hall.\nRing me on 020 7946 0000\nor write to me",
		"Kind regards to Kit\nThe keys are at the shop\nTheir number is\n020 7946 0000",
		"Thank you\nAma Boateng\n12 Orchard Row\nLondon SE10 9ZJ\n07700 900555",
		"Hi Jo,\n\nThank you\nAma Boateng\n12 Orchard Row\nLondon SE10 9ZJ\n07700 900555",
		"Yes.\n\nThanks\n1. Forty chairs\n2. Two tables\n3. Keys from Kit, 020 7946 0000",
		"Yes.\n\nThanks\nAma\n- forty chairs\n- two tables\nKit 020 7946 0000",
		"Yes.\n\nThanks\nAma\n* forty chairs\n* two tables\nKit 020 7946 0000",
		"Yes.\n\nKind regards\nAma\nPS bring the key to number 12\nKit 020 7946 0000",
		"Yes.\n\nKind regards\nAma\nP.P.S: the key for number 12\nKit 020 7946 0000",
		"Yes please.\n\nThanks\n\nBut only on Thursday\nNot before six\nRing Kit on 020 7946 0000",
		"Yes please.\n\nThanks\nkeys from the shop\nchairs from the church\nKit 020 7946 0000",
		"Yes please.\n\nThanks\nAma\nCall us on Thursday\n020 7946 0000",
		"Yes.\n\nThanks\n\nAma\n\nCaretaker on the day 07700 900555\nGate code 4471",
		"Yes.\n\nThanks\nAma\nSouthside Choir\nKit for the evening 07700 900555",
		"Yes.\n\nThanks\nAma\nAlso two tables\nTel 07700 900555",
		"Yes.\n\nThanks\nAma\n40 chairs\nTel 07700 900555",
		"Yes.\n\nThanks\nAma\nDoor code: 4471\nTel 07700 900555",
		"Yes.\n\n-----\nAma Boateng\n12 Orchard Row,\nLondon SE10,\n020 7946 0000",
		"Yes.\n\n-----\nChairs\nTables\nKeys\nCups\nTea\nMilk\nKit 020 7946 0000",
		"Thanks\n1. Chairs\n2. Tables\n3. Ring 020 7946 0000\n4. Keys\n5. Cups\n6. Tea\n7. Milk\n8. Cake\n9. Bins",
	} {
		own(t, all(text))
	}
	own(t, map[string]string{
		"Yes.\n\nKind regards,\n\nAma Boateng\n12 Orchard Row\nLondon SE10 9ZJ\n020 7946 0000 ext 12\nOpen Door Choir":         "Yes.",
		"Yes.\n\nKind regards,\n\nAma Boateng\nTreasurer, Southside Youth Club\n020 7946 0000":                                 "Yes.",
		"Yes.\n\nThanks\n\nCould we come early?\n\nBest wishes\nAma\nSouthside\n12 Orchard Row,\nwww.southside.example":        "Yes.\n\nThanks\n\nCould we come early?",
		"Yes.\n\n-----\nAma Boateng\nTreasurer\nFind us at www.southside.example\n020 7946 0000":                               "Yes.",
		"Yes.\n\nKind regards\n*Ama Boateng* (she/her)\nTreasurer\nFind us on Facebook\nCall us on 020 7946 0000":              "Yes.",
		"Yes.\n\n-----\nAma Boateng\nTreasurer\n020 7946 0000":                                                                 "Yes.",
		"Yes.\n\n-----\n\nThis email is confidential.\nDelete it.\n\nRegistered charity no. 1098765\n-----":                    "Yes.",
		"Yes.\n\nFrom: Jo <jo@b.example>\nTo: Ama\nSubject: Hall\n\nWould you like it?":                                        "Yes.",
		"Yes.\n\nFrom: Jo\nSent: 3 March 2026 10:02\nTo: Ama\nSubject: Hall\n\nWould you like it?":                             "Yes.",
		"One.\n\n*****\n\nTwo.\n\nDisclaimer: the information in this email is for the addressee.\n\nRegistered company 12345": "One.\n\n*****\n\nTwo.",
	})
}

// A footer is what a phone or a program puts there by itself. It takes its own line along, and a signature below it.
func TestAFooterTakesNoWordsAlong(t *testing.T) {
	for _, text := range []string{
		"Hi Jo\nSent via DPD, it comes on Thursday.\nPlease have somebody at the door.",
		"Sent via DPD",
		"Sent from the church office, where Kit is on Mondays.",
		"Sent from a friend's phone",
		"Sent from my office at the church",
		"Sent from my phone company, they say.",
		"Sent with love",
		"Sent via email",
		"Sent via airmail.",
		"Sent from my mobile 07700 900555",
		"Sent from my iPhone но не в августе",
		"Да. Sent from my iPhone",
		"The van goes.\nVan: Kit's white one\nDate: 3 May 2026\nTo: the hall",
		"We meet there.\nFrom: the church\nDate: 3 May\nTo: the hall",
		"Yes.\n\nThanks но не в августе\nAma Boateng\nTreasurer\n020 7946 0000",
		"Scanned by Kit, page by page.",
		"Hello\n—\nCould we come at six?",
		"Hello\n--\nWe need forty chairs.\nAnd two tables.",
		"Monday\n--\nthe hall is ours at six\n--\nTuesday\n--\nat seven it is theirs",
		"On Monday the caretaker said:\nwe close at six\nso we would come at four.",
		"On Monday at six the caretaker wrote:\nthe keys are with Kit\n\nCan you fetch them?",
		"On Monday Kit (7946 0000) wrote:\nthe keys are at the shop",
		"This is what on Monday Kit said:\nno",
		"From: Monday @ six\nTo: Friday @ nine\nIs that ok?",
	} {
		own(t, map[string]string{text: text})
	}
	for _, footer := range []string{
		"Sent from my iPhone", "Sent from my iPad Pro", "sent from my Samsung Galaxy S22", "Sent from my Galaxy", "Sent from my Android phone", "Sent from my mobile",
		"Sent from my Huawei Mobile", "Sent from my Pixel 8", "Sent from my BlackBerry 10 smartphone.", "Sent from Mail for Windows 10",
		"Sent from Mail<https://go.example/fwlink> for Windows", "Sent from Outlook for iOS<https://aka.example/o0ukef>", "Sent from Yahoo Mail for iPhone",
		"Sent from Yahoo Mail on Android", "Sent from Proton Mail for Android", "Sent from Samsung Mobile on O2", "Sent from Gmail Mobile",
		"Sent from the all new AOL app for iOS", "Get Outlook for Android", "Get Outlook for iOS<https://aka.example/o0ukef>", "Sent with Proton Mail secure email.",
		"Sent via BlackBerry", "Envoyé de mon iPhone", "Von meinem iPhone gesendet", "Enviado desde mi iPhone", "Wysłane z iPhone'a", "iPhone'umdan gönderildi",
		"Отправлено с iPhone", "Sent from my iPhone. Please excuse typos", "Virus-free. www.avg.example",
	} {
		own(t, map[string]string{
			"Yes.\n\n" + footer:                                                             "Yes.",
			"Yes.\n\n" + footer + "\n\nBut not in August":                                   "Yes.\n\nBut not in August",
			"Yes.\n\n" + footer + "\n\nWe need forty chairs.\n\n" + footer:                  "Yes.\n\nWe need forty chairs.",
			"Yes.\n\n" + footer + "\nAma Boateng\n07700 900911":                             "Yes.",
			"Yes.\n\n" + footer + "\n-- \nAma\n\nPS: forty chairs":                          "Yes.\n\nPS: forty chairs",
			"Yes.\n\n" + footer + "\n\nThis email is confidential.\nDelete it.\n\n-- \nAma": "Yes.",
		})
	}
	own(t, map[string]string{
		"Yes.\n--\nAma Boateng\nTreasurer, Southside Youth Club":                                "Yes.",
		"Yes.\n--\nKind regards\nAma Boateng":                                                   "Yes.",
		"Yes.\n—\nAma\n\nPS: forty chairs":                                                      "Yes.\n\nPS: forty chairs",
		"Yes.\n--\nAma\n\nThis email is confidential.":                                          "Yes.",
		"Yes please\nJo <jo@b.example> wrote:\n> A hall?":                                       "Yes please",
		"Yes please\nOn Tue, 3 Mar 2026 at 10:02, Jo\n<jo@b.example>\nwrote:\nA hall?":          "Yes please",
		"On Monday we can\nOn Tue, 3 Mar 2026 at 10:02, Jo wrote:\n> A hall?":                   "On Monday we can",
		"Yes please\n\nOn Tuesday Jo <jo@b.example> wrote:\n\nWould you like it?":               "Yes please",
		"Yes please\n\nOn Tue, Mar 3 at 10:02 AM Jo wrote:\nWould you like it?":                 "Yes please",
		"Yes please\n\nJo via Wherewithal, 3 Mar 2026 Sal,\n10:02 tarihinde şunu yazdı:\nHello": "Yes please",
	})
}

// Some type below the signature that their program puts there.
func TestAPostscriptBelowASignatureIsKept(t *testing.T) {
	own(t, map[string]string{
		"Yes.\n\nThanks\n-- \nAma\nSouthside Choir\n\nPS: 40 chairs":                               "Yes.\n\nThanks\n\nPS: 40 chairs",
		"Yes.\n\nAma\n\nSent from my iPhone\n\nP.S. the key is with Kit\n07700 900555":             "Yes.\n\nAma\n\nP.S. the key is with Kit\n07700 900555",
		"Yes.\n-- \nAma\n\nPS - at six\n\nThis message is confidential and intended for Jo alone.": "Yes.\n\nPS - at six",
		"Yes.\n-- \nAma\nPSALM Choir\nPs & Qs, 12 Orchard Row":                                     "Yes.\n\nPs & Qs, 12 Orchard Row", // in doubt it stays
		"Yes.\n-- \nAma\nPSALM Choir":                                                              "Yes.",
	})
}

// answers checks what mails of Ama Boateng say.
func answers(t *testing.T, mails map[string]inbound.Answer) {
	t.Helper()
	for text, want := range mails {
		if got := inbound.Said(inbound.Signed(text), "Ama Boateng"); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

// A signature that no program marked may be a condition: an answer is read from all that may be their words.
func TestAnAnswerIsReadWithWhatStandsUnderKindRegards(t *testing.T) {
	answers(t, map[string]inbound.Answer{
		"Yes please.\n\nThanks\n\nBut only on Thursday\nNot before six\nRing Kit on 020 7946 0000":         inbound.Unclear,
		"Yes please.\n\nThanks\n\nAma Boateng\nThursday at six alone\nKit 020 7946 0000":                   inbound.Unclear,
		"Yes please.\n-----\nThursday at six alone\nKit 020 7946 0000":                                     inbound.Unclear,
		"Yes please.\n\nThanks\n\nAma Boateng\n\n-- \nAma Boateng\nTreasurer\n020 7946 0000":               inbound.Yes,
		"Yes please\n\nSent from my iPhone":                                                                inbound.Yes,
		"Yes please\n\nThanks\nAma\n\nGet Outlook for iOS<https://aka.example/o0ukef>":                     inbound.Yes,
		"Yes please\n\nSent from my iPhone\n\nBut not in August":                                           inbound.Unclear,
		"Yes please\n\nSent from my iPhone\n\nFortnightly":                                                 inbound.Unclear,
		"Yes please\n\nSent from my iPhone\nAma":                                                           inbound.Yes,
		"Yes please\n--\nAma Boateng":                                                                      inbound.Yes,
		"Yes please\n—\nKind regards\nAma":                                                                 inbound.Yes,
		"Yes please\n—\nfortnightly":                                                                       inbound.Unclear,
		"Yes please\n--\nFortnightly":                                                                      inbound.Unclear,
		"Yes please\n-----\nnot in August":                                                                 inbound.Unclear,
		"Yes please\n—\nbut only if it is free":                                                            inbound.Unclear,
		"Yes please\n--\nMay Bank Holiday":                                                                 inbound.Unclear,
		"Yes please\n-----\nMay Bank Holiday\n020 7946 0000":                                               inbound.Unclear,
		"Yes please\n\nThis message is from all of us, and only if it is free.":                            inbound.Unclear,
		"Yes please\n\nRegistered charity no. 1098765, so only if it is free":                              inbound.Unclear,
		"Yes please\n\nRegistered charity no. 1098765":                                                     inbound.Yes,
		"Yes please\n\nThis email is confidential and intended solely for\nthe addressee.":                 inbound.Yes,
		"Yes please\n\nIf you are not the intended recipient, delete it.\nBut only if it is free":          inbound.Unclear,
		"Yes please\n\nIf you are not the intended recipient, delete it.\n\nBut only if it is free":        inbound.Unclear,
		"Yes please\n\nOn Monday the caretaker said:\nonly if it is free":                                  inbound.Unclear,
		"Yes please.\n\nOn Tue, 3 Mar 2026 at 10:02, Jo wrote:\n> Would you like the hall?\n\nThanks\nAma": inbound.Yes,
	})
}
