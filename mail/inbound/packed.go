package inbound

import (
	"archive/zip"
	"bytes"
	"io"
	"strings"
)

// The types of documents that are zips.
const (
	docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	odt  = "application/vnd.oasis.opendocument.text"
	ods  = "application/vnd.oasis.opendocument.spreadsheet"
)

const (
	maxPacked = 2000     // files that a document is packed of: a long text with pictures has some hundred
	maxNaming = 64 << 10 // bytes of the file in it that names what it is, which lists all others
)

// packed is what a zip is by the file in it that documents name themselves in; "application/zip" for any other, and for
// documents that may hold programs (macros), which name themselves otherwise. Nothing else of it is unpacked.
func packed(content []byte) string {
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil || len(z.File) > maxPacked {
		return "application/zip"
	}
	for _, f := range z.File {
		switch said := naming(f); {
		case f.Name == "mimetype" && (said == odt || said == ods):
			return said
		case f.Name == "[Content_Types].xml" && strings.Contains(said, `"`+docx+`.main+xml"`):
			return docx
		case f.Name == "[Content_Types].xml" && strings.Contains(said, `"`+xlsx+`.main+xml"`):
			return xlsx
		}
	}
	return "application/zip"
}

// naming is what a packed file says where it is one that names what the whole is; "" for all others.
func naming(f *zip.File) string {
	if f.Name != "mimetype" && f.Name != "[Content_Types].xml" {
		return ""
	}
	r, err := f.Open()
	if err != nil {
		return ""
	}
	defer r.Close()
	said, err := io.ReadAll(io.LimitReader(r, maxNaming))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(said))
}
