package inbound

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"net/http"
	"path/filepath"
	"strings"

	"github.com/emersion/go-message"
)

// File is an attachment.
type File struct {
	Name    string // base name, safe to show and to save under
	Type    string // what its content is, found by looking, such as "application/pdf"
	Content []byte
}

// safe are the files that pass: by the end of the name, what their content must be.
var safe = map[string]string{
	".pdf":  "application/pdf",
	".png":  "image/png",
	".jpg":  "image/jpeg",
	".jpeg": "image/jpeg",
	".gif":  "image/gif",
	".webp": "image/webp",
	".txt":  "text/plain",
	".csv":  "text/plain",
	".ics":  "text/plain",
	".docx": docx,
	".xlsx": xlsx,
	".odt":  odt,
	".ods":  ods,
}

const (
	maxFiles     = 10
	maxFileBytes = 10 << 20
)

// walk goes through the parts of a mail, in their order, each once.
type walk struct {
	message     *Message
	parts       int
	plain, html bytes.Buffer
}

func (w *walk) part(e *message.Entity, depth int) error {
	if w.parts++; w.parts > maxParts || depth > maxDepth {
		return ErrTooMany
	}
	kind, params, _ := e.Header.ContentType()
	if kind == "multipart/report" && w.message.Report == nil {
		w.message.Report = &Report{}
	}
	if mr := e.MultipartReader(); mr != nil {
		return w.each(mr, depth)
	}
	return w.leaf(e, strings.ToLower(kind), params)
}

func (w *walk) each(mr message.MultipartReader, depth int) error {
	for {
		p, err := mr.NextPart()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case p == nil:
			return nil // a part cut off: what came before it counts
		case err != nil && !readable(err):
			return nil
		}
		if err := w.part(p, depth+1); err != nil {
			return err
		}
	}
}

func (w *walk) leaf(e *message.Entity, kind string, params map[string]string) error {
	if w.message.Report != nil && w.message.Report.read(kind, e.Body) {
		return nil
	}
	disposition, dp, _ := e.Header.ContentDisposition()
	name := dp["filename"]
	if name == "" {
		name = params["name"]
	}
	if disposition != "attachment" && name == "" {
		switch kind {
		case "text/plain", "":
			return take(&w.plain, e.Body)
		case "text/html":
			return take(&w.html, e.Body)
		}
	}
	if kind == "text/html" && name == "" {
		return nil
	}
	return w.file(name, kind, e.Body)
}

func take(into *bytes.Buffer, from io.Reader) error {
	room := int64(maxText - into.Len())
	if room <= 0 {
		return nil
	}
	if into.Len() > 0 {
		into.WriteString("\n\n")
	}
	// A body whose encoding breaks half-way counts as far as it could be read.
	_, _ = io.Copy(into, io.LimitReader(from, room))
	return nil
}

func (w *walk) file(name, kind string, body io.Reader) error {
	f := File{Name: safeName(name, kind)}
	content, err := io.ReadAll(io.LimitReader(body, maxFileBytes+1))
	f.Type, _, _ = mime.ParseMediaType(http.DetectContentType(content))
	if f.Type == "application/zip" {
		f.Type = packed(content)
	}
	want, known := safe[strings.ToLower(filepath.Ext(f.Name))]
	if err != nil || !known || f.Type != want || len(content) > maxFileBytes || len(w.message.Files) >= maxFiles {
		w.message.Refused = append(w.message.Refused, f)
		return nil
	}
	f.Content = content
	w.message.Files = append(w.message.Files, f)
	return nil
}

// safeName keeps letters, digits and a few signs of a name, and its end.
func safeName(name, kind string) string {
	name = filepath.Base(strings.ReplaceAll(oneLine(decoded(name)), "\\", "/"))
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`<>:"/|?*`, r) || r == 0x202e { // 0x202e turns "gpj.exe" round before the eye
			return '_'
		}
		return r
	}, name)
	if name == "." || name == "_" || name == "" {
		name = "file"
		if ends, err := mime.ExtensionsByType(kind); err == nil && len(ends) > 0 {
			name += ends[0]
		}
	}
	if r := []rune(name); len(r) > 100 {
		name = string(r[len(r)-100:])
	}
	return name
}

func decoded(name string) string {
	d := mime.WordDecoder{}
	if s, err := d.DecodeHeader(name); err == nil {
		return s
	}
	return name
}

func (w *walk) text() string {
	if w.plain.Len() > 0 {
		return clean(w.plain.String())
	}
	return htmlText(w.html.String(), false)
}

// clean makes lines of a body: one kind of line end, no control characters, no space that does not look like one.
func clean(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u00a0", " ", "\u200b", "", "\ufeff", "").Replace(strings.ToValidUTF8(s, "\uFFFD"))
	s = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7f {
			return -1
		}
		return r
	}, s)
	return strings.TrimSpace(s)
}
