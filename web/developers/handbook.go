package developers

import (
	"bytes"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extended "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	markdown "github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// Handbook is a text of ours, in Markdown, as a page shows it.
type Handbook struct {
	Parts []Part
	HTML  string // with an id on each heading; the first one, which is the page's own, is left out
}

// Part is a heading that the contents of a page lead to.
type Part struct {
	ID, Title string
	Below     bool // it belongs to the part before
}

// ReadHandbook makes a page of Markdown of ours, with tables. HTML in it is left out. Code, in a line or by itself, is for no translator.
func ReadHandbook(said string) (Handbook, error) {
	source := []byte(said)
	m := goldmark.New(goldmark.WithExtensions(extension.Table), goldmark.WithParserOptions(parser.WithAutoHeadingID()))
	m.Renderer().AddOptions(renderer.WithNodeRenderers(util.Prioritized(programs{}, 100)))
	doc := m.Parser().Parse(markdown.NewReader(source))
	if h, ok := doc.FirstChild().(*ast.Heading); ok && h.Level == 1 {
		doc.RemoveChild(doc, h)
	}
	out := Handbook{}
	err := ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			out.see(n, source)
		}
		return ast.WalkContinue, nil
	})
	if err != nil {
		return out, err
	}
	var page bytes.Buffer
	err = m.Renderer().Render(&page, source, doc)
	out.HTML = page.String()
	return out, err
}

// see takes up a heading, and marks what the page treats in a way of its own.
func (h *Handbook) see(n ast.Node, source []byte) {
	switch n := n.(type) {
	case *ast.Heading:
		if id, ok := n.AttributeString("id"); ok && n.Level <= 3 {
			h.Parts = append(h.Parts, Part{ID: string(id.([]byte)), Title: string(n.Lines().Value(source)), Below: n.Level > 2})
		}
	case *ast.CodeSpan:
		n.SetAttributeString("translate", []byte("no"))
	case *extended.TableCell:
		if n.Parent().Kind() == extended.KindTableHeader {
			n.SetAttributeString("scope", []byte("col"))
		}
	}
}

// programs draws code that stands by itself, which is read from left to right whatever is around it.
type programs struct{}

// RegisterFuncs takes the place of the drawing of blocks of code.
func (p programs) RegisterFuncs(reg renderer.NodeRendererFuncRegisterer) {
	reg.Register(ast.KindFencedCodeBlock, p.draw)
	reg.Register(ast.KindCodeBlock, p.draw)
}

func (programs) draw(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering { // the buffer keeps what fails for its end
		_, _ = w.WriteString(`<pre dir="ltr" translate="no"><code>`)
		_, _ = w.Write(util.EscapeHTML(n.Lines().Value(source)))
		_, _ = w.WriteString("</code></pre>\n")
	}
	return ast.WalkSkipChildren, nil
}
