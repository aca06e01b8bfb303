package httpx

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"
)

// ReadUpload reads a form that may hold one file, in the field of that name; nil when none was chosen. A form without files is
// read as ReadForm does. The file's bytes are as they came: whether they are text is for the caller to say.
func ReadUpload(c *gin.Context, field string) (Form, []byte, error) {
	kind, _, err := mime.ParseMediaType(c.GetHeader("Content-Type"))
	if err != nil || kind != "multipart/form-data" {
		f, err := ReadForm(c)
		return f, nil, err
	}
	parts, err := c.Request.MultipartReader()
	if err != nil {
		return nil, nil, ErrBroken
	}
	values, file := url.Values{}, []byte(nil)
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return Form(values), file, readableValues(values)
		}
		if err != nil {
			return nil, nil, broken(err)
		}
		text, err := io.ReadAll(part) // the whole body is bounded
		if err != nil {
			return nil, nil, broken(err)
		}
		switch {
		case part.FormName() == field && part.FileName() != "":
			file = text
		case part.FormName() != "" && part.FileName() == "":
			values.Add(part.FormName(), string(text))
		}
		if len(values) > MaxFields {
			return nil, nil, ErrManyFields
		}
	}
}

func broken(err error) error {
	var big *http.MaxBytesError
	if errors.As(err, &big) {
		return ErrTooBig
	}
	return ErrBroken
}
