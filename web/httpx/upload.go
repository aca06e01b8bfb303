package httpx

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"time"

	"github.com/gin-gonic/gin"
)

// MaxUploads is the memory that bodies of roomy routes may take, all together. Who finds it taken waits, and is told to come
// back when that takes long.
const MaxUploads = 96 << 20

// A phone on a slow network sends a few photos in a minute or two.
const (
	uploadWithin = 3 * time.Minute
	uploadWait   = 10 * time.Second
)

// streamBuffer is the memory that a body takes of which little is kept at a time, however long it is: a file of listings has at most 500
// rows in memory, of some 16 KB each at most once they are read.
const streamBuffer = 8 << 20

// span is how large a body may be, and how much memory it takes at most while it is read.
type span struct{ most, memory int64 }

// Roomy lets what is sent to a route have bodies of so many bytes, other than plain forms, and longer to arrive. Its handler
// says who is asking before it reads, and calls TakeTime then.
func (e *Engine) Roomy(path string, most int64) { e.roomy[path] = span{most, most} }

// Streamed is Roomy for a handler that reads the body as it comes, and keeps no more than streamBuffer of it at a time.
func (e *Engine) Streamed(path string, most int64) { e.roomy[path] = span{most, streamBuffer} }

// Lengthy gives the answer of a route as much time as a large body has to arrive. Its handler calls TakeTime once it knows who asks.
func (e *Engine) Lengthy(path string) { e.lengthy[path] = true }

// roomFor is how many bytes a request may bring; roomy: it takes of the memory for large bodies.
func (e *Engine) roomFor(c *gin.Context) (_ span, roomy bool) {
	kind, _, err := mime.ParseMediaType(c.GetHeader("Content-Type"))
	room, roomy := e.roomy[c.FullPath()]
	if !roomy || err != nil || kind == "application/x-www-form-urlencoded" {
		return span{MaxBody, MaxBody}, false
	}
	return room, true
}

// TakeTime lets a large body arrive slowly, and its answer come late. Not before one knows who sends it.
func TakeTime(c *gin.Context) {
	until := time.Now().Add(uploadWithin)
	w := http.NewResponseController(c.Writer)
	_ = w.SetReadDeadline(until) // what cannot be set stays as the server has it
	_ = w.SetWriteDeadline(until)
}

// File is one that came with a form.
type File struct {
	Name   string
	Bytes  []byte // as they came: what they are is for the caller to say
	TooBig bool   // there were more than were asked for, and none is kept
}

// ReadUpload reads a form that may hold one file, in the field of that name; nil when none was chosen. A form without files is
// read as ReadForm does. The file's bytes are as they came: whether they are text is for the caller to say.
func ReadUpload(c *gin.Context, field string) (Form, []byte, error) {
	f, files, err := ReadUploads(c, field, MaxBody) // the whole body is bounded
	if err != nil || len(files) == 0 {
		return f, nil, err
	}
	return f, files[len(files)-1].Bytes, nil
}

// ReadUploads reads a form that may hold several files in the field of that name, each of at most so many bytes. A form
// without files is read as ReadForm does.
func ReadUploads(c *gin.Context, field string, most int64) (Form, []File, error) {
	kind, _, err := mime.ParseMediaType(c.GetHeader("Content-Type"))
	if err != nil || kind != "multipart/form-data" {
		f, err := ReadForm(c)
		return f, nil, err
	}
	parts, err := c.Request.MultipartReader()
	if err != nil {
		return nil, nil, ErrBroken
	}
	values, files := url.Values{}, []File(nil)
	for n := 0; ; n++ {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return Form(values), files, readableValues(values)
		}
		if err != nil {
			return nil, nil, broken(err)
		}
		if n == MaxFields {
			return nil, nil, ErrManyFields
		}
		if files, err = readPart(part, field, most, values, files); err != nil {
			return nil, nil, err
		}
	}
}

// Arriving is a file that is read as it comes.
type Arriving struct {
	Name  string
	Type  string // as whoever sent it calls it
	part  io.Reader
	broke error
}

// Read gives ErrTooBig when the body is longer than its route has room for, and ErrBroken when it breaks off.
func (a *Arriving) Read(p []byte) (int, error) {
	n, err := a.part.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = broken(err)
		a.broke = err
	}
	return n, err
}

// Broke is why it stopped coming; nil: it did not.
func (a *Arriving) Broke() error { return a.broke }

// ReadArriving reads the fields of a form that stand before a file in the field of that name, and leaves the file to be read as it
// comes; nil when none was chosen. What stands behind it is not read. The fields together are no longer than a form without a file.
func ReadArriving(c *gin.Context, field string) (Form, *Arriving, error) {
	kind, _, err := mime.ParseMediaType(c.GetHeader("Content-Type"))
	if err != nil || kind != "multipart/form-data" {
		f, err := ReadForm(c)
		return f, nil, err
	}
	parts, err := c.Request.MultipartReader()
	if err != nil {
		return nil, nil, ErrBroken
	}
	values := url.Values{}
	for range MaxFields {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return Form(values), nil, readableValues(values)
		}
		if err != nil {
			return nil, nil, broken(err)
		}
		if part.FormName() == field && part.FileName() != "" {
			return Form(values), &Arriving{Name: part.FileName(), Type: part.Header.Get("Content-Type"), part: part}, readableValues(values)
		}
		if _, err := readPart(part, field, 0, values, nil); err != nil {
			return nil, nil, err
		}
		if length(values) > MaxBody {
			return nil, nil, ErrTooBig
		}
	}
	return nil, nil, ErrManyFields
}

func length(values url.Values) (n int) {
	for name, list := range values {
		for _, v := range list {
			n += len(name) + len(v)
		}
	}
	return n
}

func readPart(part *multipart.Part, field string, most int64, values url.Values, files []File) ([]File, error) {
	switch {
	case part.FormName() == field && part.FileName() != "":
		f, err := readFile(part, most)
		return append(files, f), err
	case part.FormName() == "" || part.FileName() != "": // nothing of ours; reading on passes over it
		return files, nil
	}
	text, err := io.ReadAll(io.LimitReader(part, MaxBody+1))
	switch {
	case err != nil:
		return files, broken(err)
	case len(text) > MaxBody:
		return files, ErrTooBig
	}
	values.Add(part.FormName(), string(text))
	return files, nil
}

func readFile(part *multipart.Part, most int64) (File, error) {
	f := File{Name: part.FileName()}
	bytes, err := io.ReadAll(io.LimitReader(part, most+1))
	if err != nil {
		return f, broken(err)
	}
	if f.TooBig = int64(len(bytes)) > most; !f.TooBig {
		f.Bytes = bytes
	}
	return f, nil
}

func broken(err error) error {
	var big *http.MaxBytesError
	if errors.As(err, &big) {
		return ErrTooBig
	}
	return ErrBroken
}
