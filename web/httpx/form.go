package httpx

import (
	"errors"
	"mime"
	"net/http"
	"net/url"
	"reflect"
	"strings"

	"github.com/gin-gonic/gin"
)

// Form is what a page's form sent.
type Form url.Values

// ReadForm reads the body of a POST. ErrBroken, ErrManyFields, ErrTooBig and ErrMediaType say what was wrong with it.
// Fields are read from the body only: a query never fills a form.
func ReadForm(c *gin.Context) (Form, error) {
	kind, _, err := mime.ParseMediaType(c.GetHeader("Content-Type"))
	if err != nil || kind != "application/x-www-form-urlencoded" {
		return nil, ErrMediaType
	}
	if err := c.Request.ParseForm(); err != nil {
		var big *http.MaxBytesError
		if errors.As(err, &big) {
			return nil, ErrTooBig
		}
		return nil, ErrBroken
	}
	return Form(c.Request.PostForm), readableValues(c.Request.PostForm)
}

// String is the first value of a field, trimmed; "" when there is none.
func (f Form) String(name string) string { return strings.TrimSpace(url.Values(f).Get(name)) }

// Strings are all values of a field, trimmed, the empty ones left out.
func (f Form) Strings(name string) []string {
	var out []string
	for _, v := range f[name] {
		if v = strings.TrimSpace(v); v != "" {
			out = append(out, v)
		}
	}
	return out
}

// Has reports whether the field was sent, be it empty.
func (f Form) Has(name string) bool { return url.Values(f).Has(name) }

// On reports whether a checkbox was ticked.
func (f Form) On(name string) bool { return f.String(name) != "" }

// Into fills the fields of a struct that are tagged form:"name": string, []string or bool (a ticked checkbox).
// What was typed is kept as it is, so that the form can be shown again.
func (f Form) Into(dst any) {
	v := reflect.ValueOf(dst).Elem()
	for i := range v.NumField() {
		name, ok := v.Type().Field(i).Tag.Lookup("form")
		if !ok {
			continue
		}
		switch field := v.Field(i).Addr().Interface().(type) {
		case *string:
			*field = f.String(name)
		case *[]string:
			*field = f.Strings(name)
		case *bool:
			*field = f.On(name)
		default:
			panic("httpx: a form field is a string, []string or bool")
		}
	}
}
