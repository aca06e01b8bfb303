package inbound

import (
	"regexp"
	"slices"
	"strings"
)

// Where a line of a heading may begin: below marks of quotes, within stars or marks of direction.
const begins = `(?i)^[>\s\x{200e}\x{200f}\x{202a}-\x{202e}]*`

// wrote is the line that programs put before a quote: "On Tue, 3 Mar 2026 at 10:14, Ama wrote:". loose is one that begins
// with a name or a date, so that words right above it look like its beginning.
var (
	wrote = regexp.MustCompile(begins + `(?:` + strings.Join([]string{
		`on\s.{6,}\swrote`,
		`on\s.{6,}(?:\p{Nd}[:.]\p{Nd}{2}|@).*\ssaid`,
		`le\s.{6,}\sa écrit`,
		`am\s.{6,}\sschrieb\s.*`,
		`el\s.{6,}\sescribió`,
		`il\s.{6,}\sha scritto`,
		`em\s.{6,}\sescreveu`,
		`op\s.{6,}\sschreef\s.*`,
		`ar\s.{6,}\sysgrifennodd\s.*`,
		`w dniu\s.{6,}\snapisał.*`,
		`wiadomość napisana przez\s.{6,}`,
		`(?:în|pe)\s.{6,}\sa scris`,
		`den\s.{6,}\sskrev\s.*`,
		`dne\s.{6,}\snapsal.*`,
		`στις\s.{6,}\sέγραψε`,
		`на\s.{6,}\sнаписа`,
		`(?:пн|вт|ср|чт|пт|сб|вс|нд),\s.{6,}<\S+@\S+>`,
		`في\s.{6,}\s(?:كتب|كتبت|تمت كتابة ما يلي بواسطة)\s.*`,
		`בתאריך\s.{6,}\sמאת\s.*`,
	}, `|`) + `)\s*:\s*$`)
	loose = regexp.MustCompile(begins + `(?:` + strings.Join([]string{
		`.+<[^<>\s]+@[^<>\s]+>\s*wrote`,
		`.{2,}\sşun(?:u|ları) yazdı.*`,
		`.{2,}\sescreveu\s.*`,
		`.{2,}\sezt írta\s.*`,
		`.{2,}\sskrev\s.*`,
		`.{2,}\s(?:napisał|napsal|написав|написал)\S*`,
		`.{2,}\s(?:kirjoitti|rašė|a scris|έγραψε|написа|пише)`,
	}, `|`) + `)\s*:\s*$`)
	// What no sentence such as "On Monday the caretaker said:" has: an address, a year, a date in figures, or a day of a
	// month with the time.
	dated = regexp.MustCompile(`[^\s<]@[^\s>]|(?:^|\PN)(?:20|٢٠|۲۰)\p{Nd}{2}(?:\PN|$)|\p{Nd}{1,2}[./-]\s?\p{Nd}{1,2}[./-]\s?\p{Nd}{2}|` +
		`(?:^|\PN)(?:\p{Nd}{1,2}\P{L}{1,3}\p{L}{3,}|\p{L}{3,}\P{L}{1,3}\p{Nd}{1,2}\PN).*\p{Nd}{1,2}[:.]\p{Nd}{2}`)
)

// tongue is how a language names the fields that Outlook and forwards copy: the sender, the date and the others. A header
// is one of a language: "Van:" above "Date:" is somebody's van.
type tongue struct{ sender, date, others *regexp.Regexp }

var tongues = []tongue{
	in(`from`, `sent|date`, `to|subject|cc`),
	in(`de`, `envoyé|date`, `à|cc|objet`),
	in(`von`, `gesendet|datum`, `an|cc|betreff`),
	in(`da`, `inviato|data`, `a|cc|oggetto`),
	in(`oddi wrth`, `anfonwyd|dyddiad`, `at|i|cc|pwnc`),
	in(`od`, `wysłano|data`, `do|dw|temat`),
	in(`van`, `verzonden|datum`, `aan|cc|onderwerp`),
	in(`kimden`, `gönderildi|gönderme tarihi|tarih`, `kime|bilgi|konu`),
	in(`de`, `enviado(?: el)?|fecha`, `para|cc|asunto`),
	in(`de`, `enviad[oa](?: em)?|data`, `para|cc|assunto`),
	in(`de la`, `trimis|data`, `către|cc|subiect`),
	in(`från`, `skickat|datum`, `till|kopia|ämne`),
	in(`fra`, `sendt|dato`, `til|kopi|cc|emne`),
	in(`lähettäjä`, `lähetetty|päiväys|päivämäärä|pvm`, `vastaanottaja|kopio|aihe`),
	in(`od`, `odesláno|datum`, `komu|kopie|předmět`),
	in(`feladó`, `elküldve|küldve|dátum`, `címzett|másolatot kap|tárgy`),
	in(`nuo`, `išsiųsta|data`, `kam|kopija|tema`),
	in(`από`, `στάλθηκε|απεσταλμένα|ημερομηνία`, `προς|κοιν\.?|θέμα`),
	in(`от`, `отправлено|дата`, `кому|копия|тема`),
	in(`від`, `надіслано|дата`, `кому|копія|тема`),
	in(`от`, `изпратено|дата`, `до|копие|относно|тема`),
	in(`من`, `تم الإرسال|تاريخ الإرسال|التاريخ`, `إلى|نسخة|الموضوع`),
	in(`מאת`, `נשלח|תאריך`, `אל|עותק|נושא`),
}

func in(sender, date, others string) tongue {
	fields := func(names string) *regexp.Regexp {
		return regexp.MustCompile(begins + `\*?(?:` + names + `)\s*:\*?\s+\S`)
	}
	return tongue{fields(sender), fields(date), fields(others)}
}

// copied says whether a line may be one of a copied header.
func copied(line string) bool {
	return strings.Contains(line, ":") && slices.ContainsFunc(tongues, func(t tongue) bool {
		return t.sender.MatchString(line) || t.date.MatchString(line) || t.others.MatchString(line)
	})
}

// rule heads a quote as Outlook and forwards do; under stands above a copied header.
var (
	rule = regexp.MustCompile(`(?i)^>*\s*(?:-{2,}\s*(?:original message|forwarded message|original appointment|` +
		`message d'origine|ursprüngliche nachricht|mensaje original|mensagem original|messaggio originale|wiadomość oryginalna|oryginalna wiadomość|` +
		`oorspronkelijk bericht|(?:orijinal|özgün) [iİ]leti|mesaj original|ursprungligt meddelande|oprindelig meddelelse|opprinnelig melding|` +
		`alkuperäinen viesti|původní zpráva|eredeti üzenet|αρχικό μήνυμα|исходное сообщение|вихідне повідомлення|оригинално съобщение|` +
		`الرسالة الأصلية|הודעה מקורית|reply above this line)\s*-{2,}|begin forwarded message:|##.*reply above this line.*##)\s*$`)
	hour    = regexp.MustCompile(`^[^:]*:\*?\s*\p{Nd}`)
	moment  = regexp.MustCompile(`(?:20|٢٠|۲۰)\p{Nd}{2}|\p{Nd}[:.]\p{Nd}{2}`)
	under   = regexp.MustCompile(`^_{8,}\s*$`)
	mailbox = regexp.MustCompile(`[^\s@]@[^\s@]`)
)

// maxWrapped is the most lines a heading is wrapped over, and maxHeading the most bytes it has.
const maxWrapped, maxHeading = 3, 400

// heads is how many lines of a heading stand first here; 0 when none does.
func heads(lines []string) int {
	first := lines[0]
	if rule.MatchString(first) {
		return 1
	}
	if under.MatchString(first) && fields(lines[1:], true) {
		return 1
	}
	if fields(lines, false) {
		return 1
	}
	return introduces(lines)
}

// introduces is how many lines say that somebody wrote what follows. They name a date or an address: a person too writes
// "On Monday the caretaker said:", and then goes on. What stands right above such lines is no part of them.
func introduces(lines []string) int {
	joined := ""
	for i := 0; i < maxWrapped && i < len(lines) && strings.TrimSpace(lines[i]) != ""; i++ {
		above := len(joined)
		joined = strings.TrimSpace(joined + " " + strings.TrimSpace(lines[i]))
		if len(joined) > maxHeading {
			return 0
		}
		if !strings.HasSuffix(joined, ":") || !dated.MatchString(joined) {
			continue
		}
		for _, heading := range []*regexp.Regexp{wrote, loose} {
			if !heading.MatchString(joined) {
				continue
			}
			if _, below, _ := strings.Cut(strings.Join(lines[:i+1], "\n"), "\n"); above > 0 && dated.MatchString(below) &&
				heading.MatchString(strings.ReplaceAll(below, "\n", " ")) {
				return 0
			}
			return i + 1
		}
	}
	return 0
}

// fields tells a copied header ("From: … Sent: …") from what a person writes: a sentence that begins with "From:", or
// "From: 6pm" above "To: 9pm". A header names an address, or a sender and a date: with the year or the time, where no rule
// stands above it.
func fields(lines []string, ruled bool) bool {
	i := 0
	for i < len(lines) && strings.TrimSpace(lines[i]) == "" {
		i++
	}
	if i >= len(lines) || !strings.Contains(lines[i], ":") {
		return false
	}
	below := lines[i+1 : min(i+4, len(lines))]
	return slices.ContainsFunc(tongues, func(t tongue) bool { return t.sender.MatchString(lines[i]) && t.heads(lines[i], below, ruled) })
}

func (t tongue) heads(first string, below []string, ruled bool) bool {
	mail, dated, more := mailbox.MatchString(first), false, false
	for _, line := range below {
		when := t.date.MatchString(line)
		if when || t.others.MatchString(line) {
			more = true
			mail = mail || mailbox.MatchString(line)
			dated = dated || when && (ruled || moment.MatchString(line))
		}
	}
	return more && (mail || dated && !hour.MatchString(first))
}
