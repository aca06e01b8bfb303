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
		`on\s.{6,}[^\s@]@.*\ssaid`,
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
		`më\s.{6,}\sshkroi`,
		`در\s.{6,}\sنوشت`,
	}, `|`) + `)` + colon)
	loose = regexp.MustCompile(begins + `(?:` + strings.Join([]string{
		`.+<[^<>\s]+@[^<>\s]+>\s*wrote`,
		`.{2,}\sşun(?:u|ları) yazdı.*`,
		`.{2,}\sescreveu\s.*`,
		`.{2,}\sezt írta\s.*`,
		`.{2,}\sskrev\s.*`,
		`.{2,}\s(?:napisał|napsal|написав|написал)\S*`,
		`.{2,}\s(?:kirjoitti|rašė|a scris|έγραψε|написа|пише)`,
		`.{2,}\s(?:লিখেছেন|ने लिखा|نے لکھا|ਨੇ ਲਿਖਿਆ|એ લખ્યું|எழுதியது)`,
		`.{2,}(?:写道|寫道)`,
	}, `|`) + `)` + colon)
	// What "On Monday the caretaker wrote:" has not: an address, a year, a date in figures, or a day of a month with the time.
	dated = regexp.MustCompile(`[^\s<]@[^\s>]|` + year + `|\p{Nd}{1,2}[./-]\s?\p{Nd}{1,2}[./-]\s?\p{Nd}{2}|` +
		`(?:^|\PN)(?:\p{Nd}{1,2}\P{L}{1,3}\p{L}{3,}|\p{L}{3,}\P{L}{1,3}\p{Nd}{1,2}\PN).*\p{Nd}{1,2}[:.]\p{Nd}{2}`)
)

// A colon ends a line before a quote; years are in the figures of each script, and a clock has minutes.
const (
	colon = `\s*[:：][\s\x{200e}\x{200f}]*$`
	year  = `(?:^|\PN)(?:20|٢٠|۲۰|২০|२०|੨੦|૨૦|௨௦)\p{Nd}{2}(?:\PN|$)`
	clock = `(?:^|[^\p{Nd}.:/])\p{Nd}{1,2}[:.]\p{Nd}{2}(?:[:.]\p{Nd}{2})?(?:$|[^\p{Nd}.:/]|\.(?:$|\PN))`
)

// full is a date as programs write it and people hardly do; a person too writes "On Thursday 5 March at 7.30 the caretaker wrote:".
var (
	inYear  = regexp.MustCompile(year)
	atClock = regexp.MustCompile(clock)
	onDay   = regexp.MustCompile(begins + `on (?:mon|tue|wed|thu|fri|sat|sun)[a-z]*, `)
)

func full(line string) bool {
	return atClock.MatchString(line) && (inYear.MatchString(line) || onDay.MatchString(line))
}

// tongue is how a language names the fields that Outlook and forwards copy: the sender, the date, the subject and the
// others. A header is one of a language: "Van:" above "Date:" is somebody's van.
type tongue struct{ sender, date, others, subject []string }

var tongues = []tongue{
	in(`from`, `sent|date`, `to|cc`, `subject`),
	in(`de`, `envoyé|date`, `à|cc`, `objet`),
	in(`von`, `gesendet|datum`, `an|cc`, `betreff`),
	in(`da`, `inviato|data`, `a|cc`, `oggetto`),
	in(`oddi wrth`, `anfonwyd|dyddiad`, `at|i|cc`, `pwnc`),
	in(`od`, `wysłano|data`, `do|dw`, `temat`),
	in(`van`, `verzonden|datum`, `aan|cc`, `onderwerp`),
	in(`kimden`, `gönderildi|gönderme tarihi|tarih`, `kime|bilgi`, `konu`),
	in(`de`, `enviado|enviado el|fecha`, `para|cc`, `asunto`),
	in(`de`, `enviado|enviado em|enviada|enviada em|data`, `para|cc`, `assunto`),
	in(`de la`, `trimis|data`, `către|cc`, `subiect`),
	in(`från`, `skickat|datum`, `till|kopia`, `ämne`),
	in(`fra`, `sendt|dato`, `til|kopi|cc`, `emne`),
	in(`lähettäjä`, `lähetetty|päiväys|päivämäärä|pvm`, `vastaanottaja|kopio`, `aihe`),
	in(`od`, `odesláno|datum`, `komu|kopie`, `předmět`),
	in(`feladó`, `elküldve|küldve|dátum`, `címzett|másolatot kap`, `tárgy`),
	in(`nuo`, `išsiųsta|data`, `kam|kopija`, `tema`),
	in(`από`, `στάλθηκε|απεσταλμένα|ημερομηνία`, `προς|κοιν|κοιν.`, `θέμα`),
	in(`от`, `отправлено|дата`, `кому|копия`, `тема`),
	in(`від`, `надіслано|дата`, `кому|копія`, `тема`),
	in(`от`, `изпратено|дата`, `до|копие`, `относно|тема`),
	in(`من`, `تم الإرسال|تاريخ الإرسال|التاريخ`, `إلى|نسخة`, `الموضوع`),
	in(`מאת`, `נשלח|תאריך`, `אל|עותק`, `נושא`),
	in(`nga`, `dërguar|data`, `për|cc`, `subjekti|tema`),
	in(`发件人`, `发送时间|发送日期|日期`, `收件人|抄送`, `主题`),
	in(`寄件者|寄件人|從`, `寄件日期|傳送時間|日期`, `收件者|收件人|至|副本`, `主旨|主題`),
	in(`از|فرستنده`, "ارسال شده|ارسال\u200cشده|تاریخ", `به|گیرنده`, `موضوع`),
	in(`از|منجانب`, `بھیجا گیا|تاریخ`, `بنام|بخدمت`, `موضوع`),
	in(`से|प्रेषक`, `भेजा गया|प्रेषित|दिनांक|तारीख`, `प्रति|सेवा में`, `विषय`),
	in(`থেকে|প্রেরক`, `পাঠানো|তারিখ`, `প্রতি|প্রাপক`, "বিষ\u09df|বিষ\u09af\u09bc"),
	in(`ਵੱਲੋਂ|ਵਲੋਂ`, `ਭੇਜਿਆ|ਭੇਜਿਆ ਗਿਆ|ਮਿਤੀ|ਤਾਰੀਖ`, `ਪ੍ਰਤੀ|ਨੂੰ`, "ਵਿ\u0a36ਾ|ਵਿ\u0a38\u0a3cਾ"),
	in(`તરફથી|પ્રેષક`, `મોકલેલ|મોકલ્યું|તારીખ`, `પ્રતિ`, `વિષય`),
	in(`அனுப்புநர்|இருந்து`, `அனுப்பியது|அனுப்பப்பட்டது|தேதி`, `பெறுநர்`, `பொருள்|தலைப்பு`),
}

func in(sender, date, others, subject string) tongue {
	fields := func(names string) []string { return strings.Split(names, "|") }
	return tongue{fields(sender), fields(date), fields(others), fields(subject)}
}

// label is the name of a field that a line may be, in small letters; "": it is none.
func label(line string) string {
	at := strings.IndexAny(line, ":：")
	if at < 0 || at > maxLabel {
		return ""
	}
	name, value := line[:at], line[at:]
	if wide, is := strings.CutPrefix(value, "："); is {
		value = " " + wide
	} else {
		value = strings.TrimPrefix(value[1:], "*")
	}
	if bare := strings.TrimSpace(value); bare == "" || strings.HasPrefix(value, bare) {
		return "" // nothing follows, or no space before it
	}
	return strings.ToLower(strings.Trim(name, " \t>*\u202f\u200e\u200f\u202a\u202b\u202c\u202d\u202e"))
}

// maxLabel is the most bytes before the colon of a field.
const maxLabel = 100

// labels are those of all tongues.
var labels = func() map[string]bool {
	all := map[string]bool{}
	for _, t := range tongues {
		for _, name := range slices.Concat(t.sender, t.date, t.others, t.subject) {
			all[name] = true
		}
	}
	return all
}()

// copied says whether a line may be one of a copied header.
func copied(line string) bool { return labels[label(line)] }

// original heads a quote as Outlook and forwards do; under stands above a copied header. hour begins an hour where a sender would be.
var (
	original = regexp.MustCompile(`(?i)^>*\s*(?:-{2,}\s*(?:original message|forwarded message|original appointment|` +
		`message d'origine|ursprüngliche nachricht|mensaje original|mensagem original|messaggio originale|wiadomość oryginalna|oryginalna wiadomość|` +
		`oorspronkelijk bericht|(?:orijinal|özgün) [iİ]leti|mesaj original|ursprungligt meddelande|oprindelig meddelelse|opprinnelig melding|` +
		`alkuperäinen viesti|původní zpráva|eredeti üzenet|αρχικό μήνυμα|исходное сообщение|вихідне повідомлення|оригинално съобщение|` +
		`الرسالة الأصلية|הודעה מקורית|reply above this line)\s*-{2,}|begin forwarded message:|##.*reply above this line.*##)\s*$`)
	hour      = regexp.MustCompile(`(?i)^[^:：]*[:：]\*?\s*\p{Nd}{1,2}(?:[:.]\p{Nd}{2})?\s*(?:[ap]\.?m\b|h\b|uhr\b|o['’]clock|noon|\(|$)`)
	under     = regexp.MustCompile(`^_{8,}\s*$`)
	mailbox   = regexp.MustCompile(`[^\s@]@[^\s@]`)
	bracketed = regexp.MustCompile(`[<\[][^\s<>\[\]]+@[^\s<>\[\]]+[>\]]`)
)

// maxWrapped is the most lines a heading is wrapped over, maxHeading the most bytes it has, maxFields the most lines of a copied
// header, and maxGap of the empty ones between a rule and it.
const maxWrapped, maxHeading, maxFields, maxGap = 3, 400, 12, 3

// heads is how many lines of a heading stand first here; 0 when none does. It is sure where no person writes so: in words of
// programs alone, or with an address in brackets.
func heads(lines []string) (n int, sure bool) {
	first := lines[0]
	if !filledIn(first) {
		return 0, false
	}
	if original.MatchString(first) {
		return 1, true
	}
	if under.MatchString(first) {
		below := lines[1:]
		for i := 0; i < maxGap && len(below) > 0 && !filledIn(below[0]); i++ {
			below = below[1:]
		}
		if is, sure := fields(below, true); is {
			return 1, sure
		}
	}
	if is, sure := fields(lines, false); is {
		return 1, sure
	}
	return introduces(lines)
}

// introduces is how many lines say that somebody wrote what follows. They name a date or an address: a person too writes
// "On Monday the caretaker said:", and then goes on. Where what follows is not marked, the date is a program's. What stands right
// above such lines is no part of them.
func introduces(lines []string) (n int, sure bool) {
	joined := ""
	for i := 0; i < maxWrapped && i < len(lines) && filledIn(lines[i]); i++ {
		above := len(joined)
		joined = strings.TrimSpace(joined + " " + strings.TrimSpace(lines[i]))
		if len(joined) > maxHeading {
			return 0, false
		}
		if bare := strings.TrimRight(joined, " \u200e\u200f"); !strings.HasSuffix(bare, ":") && !strings.HasSuffix(bare, "：") || !dated.MatchString(joined) {
			continue
		}
		for _, heading := range []*regexp.Regexp{wrote, loose} {
			if !heading.MatchString(joined) {
				continue
			}
			if _, below, _ := strings.Cut(strings.Join(lines[:i+1], "\n"), "\n"); above > 0 && dated.MatchString(below) &&
				heading.MatchString(strings.ReplaceAll(below, "\n", " ")) {
				return 0, false
			}
			if !mailbox.MatchString(joined) && !full(joined) && unmarked(lines[i+1:]) {
				return 0, false
			}
			return i + 1, bracketed.MatchString(joined)
		}
	}
	return 0, false
}

// fields tells a copied header ("From: … Sent: …") from what a person writes: a sentence that begins with "From:", a form, or
// "From: 6pm" above "To: 9pm".
func fields(lines []string, ruled bool) (is, sure bool) {
	if len(lines) == 0 || !copied(lines[0]) || hour.MatchString(lines[0]) && !bracketed.MatchString(lines[0]) {
		return false, false
	}
	below := lines[1:min(1+maxFields, len(lines))]
	for _, t := range tongues {
		if !slices.Contains(t.sender, label(lines[0])) {
			continue
		}
		if h := t.header(lines[0], below); h.is(ruled) {
			return true, h.sure
		}
	}
	return false, false
}

// copiedHeader is what a copied header holds: a date, a full one, a subject, an address, and one in brackets.
type copiedHeader struct{ date, full, subject, address, sure bool }

// is says whether that makes one. Under a rule a date does, with an address a date or a subject; else it takes a full date and a
// subject, for a person too fills in "From: Greenwich", "To: Lewisham", "Date: 4 March 2027".
func (h copiedHeader) is(ruled bool) bool {
	return (ruled || h.address) && h.date || (h.address || h.full) && h.subject
}

// header reads one up to the next: what is named there is not of this one.
func (t tongue) header(first string, below []string) copiedHeader {
	h := copiedHeader{address: mailbox.MatchString(first), sure: bracketed.MatchString(first)}
	for _, line := range below {
		name := label(line)
		if slices.Contains(t.sender, name) {
			break
		}
		date, subject := slices.Contains(t.date, name), slices.Contains(t.subject, name)
		if !date && !subject && !slices.Contains(t.others, name) {
			continue
		}
		h.date, h.subject = h.date || date, h.subject || subject
		h.full = h.full || date && full(line)
		h.address, h.sure = h.address || mailbox.MatchString(line), h.sure || bracketed.MatchString(line)
	}
	return h
}
