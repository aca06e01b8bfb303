package inbound_test

import (
	"strings"
	"testing"
	"time"

	"wherewithal/mail/inbound"
)

// What only looks like a form, a quote, small print or a signature is its writer's words.
func TestInDoubtWordsAreTheWriters(t *testing.T) {
	for _, text := range []string{
		"Could you fetch them?\nFrom: Greenwich\nTo: Lewisham\nDate: 4 March 2027\nThree tables and a piano.",
		"Yes please\n\nFrom: Creekside Choir\nDate: 4 March 2027\nonly if we may bring a piano",
		"From: Thursday 7pm\nTo: 9pm\nDate: 4 March 2027",
		"From: Thursday 7pm\nTo: 9pm\nDate: 4 March 2027\nSubject: a rehearsal",
		"We'd like it\nFrom: 6pm (kit@hall.test)\nTo: 9pm\nDate: 4 March 2027",
		"We'd like it\nFrom: 18.00 (kit@hall.test)\nTo: 21.00\nDate: 4 March 2027",
		"Could you fetch them?\nFrom: Greenwich\nTo: kit@hall.test\nThree tables and a piano.",

		"Thanks for asking.\nCharity number 1123456",
		"Thanks for asking.\n\nRegistered charity no. 1123456\n\nSent from the office",
		"Registered charity 1123456, so may we have the charity rate?",
		"Charity number 1123456",
		"This message is from all of us at Creekside: we would love the gazebo on Saturday.",
		"Hello Jo,\n\nThis message is from all of us at Creekside: we would love the gazebo on Saturday.",
		"Yes.\n\nPlease consider the environment and bring your own cups.",
		"Yes.\n\nIf you have received the message from the caretaker, ring me.",
		"Yes.\n\nThis message is intended to confirm Saturday.",
		"Yes.\n\nThis message is confidential until Saturday.",
		"Yes.\n\nThis email is confidential, for the addressee.\nOur hall closes at nine.",
		"Yes.\n\nThis email is confidential, for the addressee\nHall closes at nine",
		"Yes.\n\nDisclaimer: I cannot promise that the oven works.",
		"Yes.\n\nThis message is confidential, so only tell Kit",
		"Yes.\n\nPlease consider the environment before you print posters",
		"Hello\n\nThink before you print the posters, they are wrong.",
		"If you have received this message in error, ring me.", // all there is

		"Yes please.\nOn Thursday 5 March at 7.30 the caretaker said:\nonly if we stack the chairs",
		"Yes please.\nOn Thursday 5 March 2027 at 7.30 the caretaker said:\nonly if we stack the chairs",
		"Yes please.\nOn Thursday 5 March at 7.30 the caretaker wrote:\nonly if we stack the chairs",
		"Yes please.\nOn 3 May 2026 the committee wrote:\nonly if we stack the chairs",

		"Hello\n--\nBring Cups",
		"Hello\n--\nAma\nsix chairs then",
		"Envoyé avec les machines à coudre",
		"Enviado pelo motorista",
		"Enviado desde mi iPhone pero no en agosto",
	} {
		own(t, map[string]string{text: text})
	}
	own(t, map[string]string{
		"Sent from my iPhone\n\nConfirmed":                                     "Confirmed",
		"Sent from my iPhone\n\nBrilliant\nsix chairs then":                    "Brilliant\nsix chairs then",
		"Yes.\n\nSent from my iPhone\n\nBrilliant\nsix chairs then":            "Yes.\n\nBrilliant\nsix chairs then",
		"Yes.\n\nSent from my iPhone\n\nConfirmed\n07700 900555":               "Yes.\n\nConfirmed\n07700 900555",
		"Sent from my iPhone\nAma":                                             "Ama",
		"Sent from my iPhone":                                                  "",
		"--\n\nSent from my iPhone\n\n-----":                                   "",
		"Thanks for asking.\nCharity number 1\n\nSent from my iPad":            "Thanks for asking.\nCharity number 1",
		"Thanks.\nCharity number 1123456\n\nSent from my iPad":                 "Thanks.\nCharity number 1123456",
		"Yes.\n\nSent from my iPad\nRegistered charity no. 1123456":            "Yes.",
		"Yes.\n\nPlease consider the environment before printing this e-mail.": "Yes.",
		"Yes.\n\nThis e-mail is intended only for the person to whom it is addressed.\nYou must not copy it or disclose what it says.\nSouthside Council may monitor e-mail.": "Yes.",
		"Yes.\n\nLähetetty iPhonesta":                                                                                        "Yes.",
		"Yes.\n\nVon meinem Samsung Galaxy Smartphone gesendet.":                                                             "Yes.",
		"Yes.\n\nΣτάλθηκε από το iPhone μου":                                                                                 "Yes.",
		"好的\n\n发自我的iPhone":                                                                                                   "好的",
		"Yes.\n--\nKofi Mensah\n12 Orchard Row\nLondon SE10 9ZJ":                                                             "Yes.",
		"Yes.\n\nSent from my iPhone\nKofi Mensah\nChair of Trustees":                                                        "Yes.",
		"Yes.\n\nFrom: 2nd Lewisham <scouts@b.example>\nSent: 3 March\nTo: Ama\n\nA hall?":                                   "Yes.",
		"Yes.\n\nFrom: the choir\nTo: the hall\nForty chairs.\n\nFrom: Jo <jo@b.example>\nSent: 3 March\nTo: Ama\n\nA hall?": "Yes.\n\nFrom: the choir\nTo: the hall\nForty chairs.",
		"Yes.\n\nOn 3 May 2026 the committee wrote:\n> A hall?\n\nOurs.":                                                     "Yes.\n\nOurs.",
		"Yes.\n\nFrom: Jo\nSent: 3 March 2026 10:02\nTo: Ama\nCc: Kofi\nBcc: Esi\nSubject: Hall\n\nA hall?":                  "Yes.",
	})
}

// A yes holds only where nothing below it may be a condition.
func TestAYesHoldsOnlyAboveAnUnmistakableQuote(t *testing.T) {
	answers(t, map[string]inbound.Answer{
		"Yes please\n\nFrom: Creekside Choir\nDate: 4 March 2027\nonly if we may bring a piano":                                            inbound.Unclear,
		"Yes please\n\nFrom: Creekside Choir\nDate: 4 March 2027 10:00\nSubject: piano\nonly if we may bring one":                          inbound.Unclear,
		"Yes please\n\nFrom: Kit (kit@hall.test)\nDate: 4 March 2027 10:00\nSubject: piano\nonly if we may bring one":                      inbound.Unclear,
		"Yes please\n________\nFrom: Kit\nDate: 4 March 2027\nonly if we may bring a piano":                                                inbound.Unclear,
		"Yes please\n\nFrom: Jo <jo@b.example>\nSent: 3 March 2026 10:02\nTo: Ama\nSubject: Hall\n\nWould you like it?":                    inbound.Yes,
		"Yes please\n________________________________\nFrom: Jo <jo@b.example>\nSent: 3 March\nTo: Ama\nSubject: Hall\n\nA hall?":          inbound.Yes,
		"Yes please\n\n-----Original Message-----\nFrom: Jo\nSent: 3 March\n\nWould you like it?":                                          inbound.Yes,
		"Yes please.\nOn Thursday 5 March at 7.30 the caretaker said:\nonly if we stack the chairs":                                        inbound.Unclear,
		"Yes please.\nOn 3 May 2026 the committee wrote:\nonly if we stack the chairs":                                                     inbound.Unclear,
		"Yes please.\nOn Tue, 3 May 2026 at 10:02, the committee wrote:\nonly if we stack the chairs":                                      inbound.Unclear,
		"Yes please.\nOn Thursday kit@hall.test said:\nonly if we stack the chairs":                                                        inbound.Unclear,
		"Yes please.\nOn Tue, 3 Mar 2026 at 10:02, Jo <jo@b.example> wrote:\nWould you like it?":                                           inbound.Yes,
		"Yes please.\nOn Tue, 3 Mar 2026 at 10:02, Jo wrote:\n\n> Would you like it?":                                                      inbound.Yes,
		"Yes please.\nOn Tue, 3 Mar 2026 at 10:02, Jo wrote:":                                                                              inbound.Yes,
		"Yes please\n\nThis email is confidential, for the addressee.\nOur hall closes at nine.":                                           inbound.Unclear,
		"Yes please\n\nThis email is confidential, for the addressee.\nHall closes at nine.":                                               inbound.Unclear,
		"Yes please\n\nThis email is confidential, for the addressee. The hall closes at nine.":                                            inbound.Unclear,
		"Yes please\n\nThis message is confidential and tell Kit":                                                                          inbound.Unclear,
		"Yes please\n\nThis message is confidential after 9":                                                                               inbound.Unclear,
		"Yes please\n\nThis email is confidential and intended solely for the addressee. Please consider the environment before printing.": inbound.Yes,
		"Yes please\n\nSent from my iPhone\nDownstairs":                                                                                    inbound.Unclear,
		"Yes please\n\nSent from my iPhone\nAma":                                                                                           inbound.Yes,
	})
}

// Whoever has our address can send a mebibyte of anything, before it is known who they are: it is read in a second or two, where what
// looks ahead from each line takes minutes.
func TestLongMailsOfAnythingAreReadQuickly(t *testing.T) {
	for _, many := range []string{
		"\n", ">\n", "_________\n\n", "_________\n\n\n\n\nx\n", "From: x\n", "From: x\nDate: 3 March 2026 10:02\nSubject: x\n", "From:\n\n", "On 3 May 2026 x wrote:\n\n", "On 3 May 2026\n",
		"On Tue, 3 Mar 2026 at 10:02, Jo wrote:\nx\n", "This message is confidential\n", "This message is confidential\nx\n", "Charity number 1234\n", "Charity number 1234\nThis email\n",
		"--\nAma\n--\n", "--\n", "--\nThanks\n", "-----\nAma\n\n\n", "-- \n", "-- \nPS x\n", "Thanks\n", "Sent from my iPhone\nAma\n", "x ", "x:", "From: ", "a b\n",
	} {
		for _, end := range []string{"b", "\n\nPS. b\n> b"} {
			size := 1 << 18
			if many == "\n" {
				size = 1 << 20
			}
			body := "a\n" + strings.Repeat(many, size/len(many)) + end
			done := make(chan bool)
			go func() {
				defer close(done)
				inbound.Own(body, "Ama")
				inbound.Signed(body)
			}()
			select {
			case <-done:
			case <-time.After(20 * time.Second):
				t.Fatalf("of many %q and %q: not read in 20 s", many, end)
			}
		}
	}
}
