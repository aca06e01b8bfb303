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
	// The lines of other languages: their words for "sent", and a device near.
	abroad = `(?:envoyé|gesendet|von meine[mr]|anfonwyd|enviado|inviato|wysłan[eo]|verstuurd|verzonden|trimis|skickat|sendt|lähetetty|odesláno|elküldve|` +
		`išsiųsta|στάλθηκε|отправлено|надіслано|изпратено|أُ?رسلت?|تم الإرسال|נשלח)[^.,;:!?\d]{1,25}` + device + `[^.,;:!?]{0,20}|` + device + `\S{0,10} gönderildi`
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
func closing(lines []string) int {
	start := words(lines)
	if start < 0 {
		return len(lines)
	}
	full := 0
	for i, line := range lines[start:] {
		switch {
		case strings.TrimSpace(line) == "" || full == 0 && regards.MatchString(line):
			continue
		case postscript.MatchString(line):
			return start + i
		case programs(line):
			n := words(lines[start+i:])
			if n < 0 {
				return len(lines)
			}
			if n += start + i; postscript.MatchString(lines[n]) {
				return n
			}
			return -1
		case full == maxSignature || full == 0 && !named(line) || wordy(line) || terms.MatchString(strings.ToLower(line)):
			return -1
		}
		full++
	}
	return len(lines)
}

// programs says whether a line is no person's: a footer, a rule, the first of small print.
func programs(line string) bool {
	return sent(line) || delimits(line) || lone(line) || dashes.MatchString(line) || small.MatchString(line)
}

// plate is a line with the number of a charity or a company alone, notice what only lawyers write, and more begins a line that
// may be somebody's right below.
var (
	plate  = regexp.MustCompile(`(?i)^` + edge + `(?:uk )?registered (?:charity|company|office)(?: in england(?: and wales)?)?(?: (?:no|number))?\W{0,3}\d{4,}` + edge + `$|^` + edge + `charity (?:no|number)\W{0,3}\d{4,}` + edge + `$`)
	more   = regexp.MustCompile(`(?im)^\W*(?:but|and|also|only|unless|except|provided|not|yes|no|we|i|please note)\b`)
	notice = regexp.MustCompile(`(?i)\b(?:intended recipients?|addressees?|in error|(?:before|you) print(?:ing)?)\b`)
)

// mere says whether nothing but footers stands in lines: then an answer above them is as plain as before.
func mere(lines []string) bool {
	paragraphs := strings.Split(strings.Join(lines, "\n"), "\n\n")
	return !slices.ContainsFunc(paragraphs, func(p string) bool {
		inside := slices.DeleteFunc(strings.Split(p, "\n"), func(line string) bool {
			return strings.TrimSpace(line) == "" || sent(line) || dashes.MatchString(line) || plate.MatchString(line)
		})
		all := strings.Join(inside, "\n")
		return all != "" && (!small.MatchString(all) || !notice.MatchString(all) || more.MatchString(all))
	})
}
