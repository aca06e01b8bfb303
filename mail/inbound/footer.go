package inbound

import (
	"regexp"
	"slices"
	"strings"
)

// edge is what may stand around a line's words.
const edge = `[^\p{L}\p{N}]*`

// What phones and programs call themselves in the lines that they add, and the words that follow.
const (
	device = `(?:iphone|ipad|ipod|macbook|imac|mac|android|samsung|galaxy|blackberry|huawei|honor|xiaomi|redmi|oneplus|oppo|pixel|nokia|motorola|moto|` +
		`htc|sony|xperia|lumia|windows|mobile|smartphone|phone|tablet|kindle|device)`
	program = `(?:(?:mail|e-?mail) for|outlook|yahoo|proton ?mail|samsung|gmail|aol|hotmail|icloud|(?:bt|sky|talktalk)(?: yahoo)?(?: e-?mail| mail)|` +
		`tutanota|tuta|spark|edison|k-9|thunderbird|bluemail|superhuman|workspace one|boxer|blackberry|zoho|fastmail)`
	kind = `(?: (?:` + device + `|` + program + `|mail|e-?mail|[a-z]{0,2}\d{1,3}[a-z+]?|pro|max|mini|plus|ultra|note|edge|fold|flip|se|air|lite|5g|4g lte|app|ios|web|secure|beta|` +
		`(?:for|on|from) (?:the )?(?:` + device + `|` + program + `|ios|web|o2|ee|three|vodafone|t-mobile)))*`
	// The lines of other languages: their words for "sent", and a device near. Some bend its name: "iPhonesta", "iPhone'a".
	bent   = `(?:(?:iphone|ipad|android|samsung|galaxy|huawei|xiaomi|blackberry)(?:['’-]?\p{Ll}{1,6})?|` + device + `)`
	abroad = `(?:envoyé|gesendet|von meine[mr]|anfonwyd|enviado|inviato|wysłan[eo]|verstuurd|verzonden|trimis|skickat|sendt|lähetetty|odesláno|elküldve|` +
		`išsiųsta|στάλθηκε|отправлено|надіслано|изпратено|أُ?رسلت?|تم الإرسال|נשלח|dërguar)(?:[^.,;:!?\d]{0,24}[^\p{L}\p{M}.,;:!?\d])` + bent +
		kind + `(?: (?:gesendet|μου|שלי|الخاص بي))?|` + bent + ` gönderildi|发自我的 ?` + device + `|從我的 ?` + device + ` ?傳送`
)

var (
	added = regexp.MustCompile(`(?i)^` + edge + `(?:` +
		`sent from my (?:apple |google |verizon )?` + device + kind + `|` +
		`sent (?:from|with|via|using) (?:the )?(?:all new |new |secure )?` + program + kind + `|` +
		`get outlook for (?:ios|android|mac|windows)|` + abroad + `|` +
		`download all attachments as a zip file|virus-free\.?\s*(?:www\.\S+)?|` +
		`scanned by (?:mailscanner|mimecast|avg|avast|norton|mcafee|messagelabs|symantec|clamav|sophos|barracuda|trend micro)\b.{0,40}` +
		`)(?:[.,;]? (?:please |pls )?(?:excuse|forgive|pardon|apologies for) (?:(?:any|the|my) )?(?:typos?|typing errors|spelling|brevity|mistakes|errors))?` + edge + `$`)
	linked = regexp.MustCompile(`\s*<https?://[^<>\s]*>`)
)

// sent says whether a line is one that a phone or a program adds: short, and of words that they use.
func sent(line string) bool {
	return len(line) < 500 && added.MatchString(linked.ReplaceAllString(line, ""))
}

// delimits says whether a line marks a signature for certain (RFC 3676, 4.3), and lone whether somebody or some program
// may have drawn it.
func delimits(line string) bool {
	return strings.HasPrefix(line, "-- ") && strings.TrimSpace(line) == "--"
}

func lone(line string) bool {
	bare := strings.TrimSpace(line)
	return !delimits(line) && (bare == "--" || bare == "—")
}

// closing is how many lines below a footer or a lone dash are a signature and what programs add: up to an afterthought,
// else to the end. -1: somebody may have written there.
func (r reading) closing(lines []line) int {
	start, end := words(lines), len(lines)
	if start < 0 {
		return end
	}
	var card []string
	for i := start; i < end; i++ {
		switch l := lines[i]; {
		case l.is == blank || len(card) == 0 && regards.MatchString(l.text):
		case l.adds():
			end = i
		case l.is != said:
			switch n := words(lines[i:]); {
			case n < 0:
				i = end // nothing but what programs add, to the end
			case lines[i+n].adds():
				end, i = i+n, i+n
			default:
				return -1
			}
		case len(card) == maxSignature || wordy(l.text) || terms.MatchString(strings.ToLower(l.text)):
			return -1
		default:
			card = append(card, l.text)
		}
	}
	if len(card) > 0 && !r.signature(card) {
		return -1
	}
	return end
}

// What tells a signature that no program marked: role is one with its organisation, post a postcode; lowered are
// words that no name or title has, as "chairs" in "Six chairs".
var (
	role = regexp.MustCompile(`(?i:\b(?:treasurer|chair(?:man|woman|person)?|secretary|trustee|manager|director|co-?ordinator|administrator|` +
		`caretaker|leader|officer|vicar|minister|imam|rabbi|head ?teacher|organiser|founder|president|warden|clerk)\b)(?:\W{1,3}|,? (?:of|at|for) (?:the )?)\p{Lu}`)
	post    = regexp.MustCompile(`\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b`)
	lowered = regexp.MustCompile(`(?:^|[^\p{L}'’.@/-])(\p{Ll}{3,})`)
)

// signature says whether lines below a footer or a lone dash are one: the first begins with one of the writer's names, or is a
// name of two words above a way to reach somebody or a role; the others are no words either.
func (r reading) signature(lines []string) bool {
	parts := wordsOf(lines[0])
	if !named(lines[0]) || len(parts) == 0 || slices.ContainsFunc(lines[1:], speaks) {
		return false
	}
	return r.by[parts[0]] || name2.MatchString(lines[0]) && slices.ContainsFunc(lines, reaches)
}

// name2 begins a line with two words in capitals.
var name2 = regexp.MustCompile(`^\W*\p{Lu}[\p{L}'’-]*\.? \p{Lu}`)

func reaches(line string) bool {
	return contact.MatchString(line) || role.MatchString(line) || post.MatchString(line)
}

func speaks(line string) bool {
	return !reaches(line) && !isPlate(line) && slices.ContainsFunc(lowered.FindAllStringSubmatch(line, -1), func(found []string) bool {
		return !slices.Contains([]string{"and", "the", "for", "von", "van", "der", "den", "del", "dos"}, found[1])
	})
}
