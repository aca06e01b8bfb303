package pages

import (
	"net/url"
	"strings"
	"testing"
)

// Bodies that no form of ours sends are refused, and none of them makes a fault of ours.
func TestBodiesThatAreNoPhotoFormAreRefused(t *testing.T) {
	a := openAlbum(t, 1)
	many := url.Values{}
	for range 2000 {
		many.Add("a[b][c]", "1")
	}
	const parts = "multipart/form-data; boundary=b"
	for name, c := range map[string]struct{ kind, body string }{
		"10 MB":             {"application/x-www-form-urlencoded", "do=" + strings.Repeat("x", 10<<20)},
		"10 MB of a file":   {parts, "--b\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"a\"\r\n\r\n" + strings.Repeat("x", 10<<20) + "\r\n--b--\r\n"},
		"70 MB of files":    {parts, strings.Repeat("--b\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"a\"\r\n\r\n"+strings.Repeat("x", 10<<20)+"\r\n", 7) + "--b--\r\n"},
		"2 MB of words":     {parts, "--b\r\nContent-Disposition: form-data; name=\"alt\"\r\n\r\n" + strings.Repeat("x", 2<<20) + "\r\n--b--\r\n"},
		"half a part":       {parts, "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nxx"},
		"half a file":       {parts, "--b\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"a\"\r\n\r\nxx"},
		"no boundary":       {"multipart/form-data", "x"},
		"deep JSON":         {"application/json", strings.Repeat("[", 100_000)},
		"no form":           {"text/plain", "hello"},
		"many fields":       {"application/x-www-form-urlencoded", many.Encode()},
		"a NUL":             {"application/x-www-form-urlencoded", "do=%00"},
		"a NUL in a part":   {parts, "--b\r\nContent-Disposition: form-data; name=\"do\"\r\n\r\na\x00b\r\n--b--\r\n"},
		"a broken name":     {"application/x-www-form-urlencoded", "%ff=1"},
		"nothing of ours":   {"application/x-www-form-urlencoded", "a=1"},
		"ids that are none": {"application/x-www-form-urlencoded", "do=remove:%27%3B--&id=%27%3B--&id=1"},
	} {
		r := a.giver.request("POST", a.path, strings.NewReader(c.body))
		r.Header.Set("Content-Type", c.kind)
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		p := a.giver.do(r)
		if harmless := name == "ids that are none" && p.status == 200; !harmless && (p.status < 400 || p.status >= 500) {
			t.Errorf("%s: %d", name, p.status)
		}
	}
	if n := len(a.giver.get(a.path).want(200).ids()); n != 1 {
		t.Errorf("%d photos", n)
	}
}
