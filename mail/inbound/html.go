package inbound

import (
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// maxNesting of elements: deeper ones are not people's.
const maxNesting = 400

// htmlText is what a page of mail says, in lines. With own, what mail programs mark as quoted is left out.
func htmlText(page string, own bool) string {
	if page == "" {
		return ""
	}
	root, err := html.Parse(strings.NewReader(spanned(page)))
	if err != nil {
		return ""
	}
	var b strings.Builder
	t := texter{own: own, to: &b}
	t.node(root, 0)
	return clean(squeezed(b.String()))
}

// formats are elements that a reader of pages must open anew in each paragraph after they were left open (HTML, 13.2.4.3): five hundred of
// them and a mebibyte of "<p>" are gigabytes.
var formats = map[string]bool{"a": true, "b": true, "big": true, "code": true, "em": true, "font": true, "i": true, "nobr": true, "s": true,
	"small": true, "strike": true, "strong": true, "tt": true, "u": true}

// spanned is a page with spans in their place, which say as much of its words.
func spanned(page string) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(page))
	for kind := z.Next(); kind != html.ErrorToken; kind = z.Next() {
		raw := string(z.Raw())
		name, _ := z.TagName()
		if at := strings.IndexFunc(raw, unicode.IsLetter); formats[string(name)] && at > 0 {
			raw = raw[:at] + "span" + raw[at+len(name):]
		}
		b.WriteString(raw)
	}
	return b.String()
}

type texter struct {
	own  bool
	done bool // the rest of the mail is quoted
	to   *strings.Builder
}

func (t *texter) node(n *html.Node, depth int) {
	if depth > maxNesting || t.done {
		return
	}
	if n.Type == html.TextNode {
		text := strings.Join(strings.Fields(n.Data), " ")
		t.to.WriteString(text)
		if text != "--" || strings.HasSuffix(strings.TrimRight(n.Data, "\r\n"), " ") {
			t.to.WriteString(" ") // "--" and "-- " stay apart
		}
		return
	}
	if n.Type == html.ElementNode && t.skips(n) {
		return
	}
	if t.own && attr(n, "id") == "lineBreakAtBeginningOfSignature" {
		t.to.WriteString("\n-- \n") // Apple Mail's mark of one, as plain text has it
	}
	breaks := n.Type == html.ElementNode && block[n.DataAtom]
	if breaks {
		t.to.WriteString("\n")
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		t.node(c, depth+1)
	}
	if breaks && n.DataAtom != atom.Br {
		t.to.WriteString("\n")
	}
}

func (t *texter) skips(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Head, atom.Script, atom.Style, atom.Title, atom.Template, atom.Noscript, atom.Iframe, atom.Object:
		return true
	}
	hidden := strings.ReplaceAll(attr(n, "style"), " ", "")
	if strings.Contains(hidden, "display:none") {
		return true
	}
	if !t.own {
		return false
	}
	if endsOwn(n) {
		t.done = true
		return true
	}
	return quoted(n)
}

// quoted is how Gmail, Apple Mail, Outlook, Thunderbird, Yahoo, Proton, Samsung and Zoho mark what they quote, and signatures.
func quoted(n *html.Node) bool {
	switch strings.TrimPrefix(attr(n, "id"), "x_") {
	case "Signature", "ms-outlook-mobile-signature", "AppleMailSignature", "composer_signature":
		return true
	}
	if n.DataAtom == atom.Blockquote {
		return attr(n, "type") == "cite" || strings.Contains(attr(n, "class"), "quote") || attr(n, "class") == ""
	}
	for _, class := range strings.Fields(attr(n, "class")) {
		switch class {
		case "gmail_quote", "gmail_quote_container", "gmail_signature", "gmail_attr", "moz-cite-prefix", "moz-signature",
			"yahoo_quoted", "protonmail_quote", "protonmail_signature_block", "MsoAutoSig", "zmail_extra", "tutanota_quote":
			return true
		}
	}
	return false
}

// endsOwn is where Outlook begins to quote: all that follows is older mail.
func endsOwn(n *html.Node) bool {
	id := strings.TrimPrefix(attr(n, "id"), "x_")
	return id == "divRplyFwdMsg" || id == "appendonsend" || id == "mail-editor-reference-message-container" ||
		strings.Contains(attr(n, "class"), "OutlookMessageHeader") ||
		n.DataAtom == atom.Div && strings.Contains(strings.ReplaceAll(attr(n, "style"), " ", ""), "border-top:solid#E1E1E1")
}

var block = map[atom.Atom]bool{
	atom.P: true, atom.Div: true, atom.Br: true, atom.Li: true, atom.Ul: true, atom.Ol: true, atom.Tr: true, atom.Table: true,
	atom.Blockquote: true, atom.H1: true, atom.H2: true, atom.H3: true, atom.H4: true, atom.Hr: true, atom.Pre: true,
	atom.Section: true, atom.Article: true, atom.Header: true, atom.Footer: true,
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// squeezed has at most one empty line between lines, and no space around them but in "-- ".
func squeezed(s string) string {
	var lines []string
	empty := true
	for line := range strings.SplitSeq(s, "\n") {
		if line != "-- " {
			line = strings.TrimSpace(line)
		}
		if line == "" && empty {
			continue
		}
		empty = line == ""
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}
