package feed

import (
	"bytes"
	"encoding/xml"
)

// AtomType is what an Atom feed is served as.
const AtomType = "application/atom+xml; charset=utf-8"

type atomFeed struct {
	XMLName  xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Language string      `xml:"xml:lang,attr,omitempty"`
	ID       string      `xml:"id"`
	Title    string      `xml:"title"`
	About    string      `xml:"subtitle,omitempty"`
	Updated  string      `xml:"updated"`
	Author   atomAuthor  `xml:"author"`
	Icon     string      `xml:"icon,omitempty"`
	Links    []atomLink  `xml:"link"`
	Entries  []atomEntry `xml:"entry"`
}

type atomAuthor struct {
	Name string `xml:"name"`
	URI  string `xml:"uri,omitempty"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr,omitempty"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	Language   string         `xml:"xml:lang,attr,omitempty"`
	ID         string         `xml:"id"`
	Title      string         `xml:"title"`
	Published  string         `xml:"published"`
	Updated    string         `xml:"updated"`
	Author     *atomAuthor    `xml:"author"`
	Links      []atomLink     `xml:"link"`
	Categories []atomCategory `xml:"category"`
	Content    string         `xml:"content"`
}

type atomCategory struct {
	Term string `xml:"term,attr"`
}

// WriteAtom is the feed as RFC 4287 has it. Characters that XML cannot hold become U+FFFD.
func (f Feed) WriteAtom() ([]byte, error) {
	out := atomFeed{Language: f.Language, ID: f.Atom, Title: f.Title, About: f.About, Updated: stamp(f.updated()), Author: atomAuthor{Name: f.Author},
		Icon: f.Icon, Links: []atomLink{{"self", "application/atom+xml", f.Atom}, {"alternate", "text/html", f.Home}}}
	for _, i := range f.Items {
		e := atomEntry{Language: i.Language, ID: i.urn(), Title: i.Title, Published: stamp(i.Published), Updated: stamp(i.Updated),
			Links: []atomLink{{"alternate", "text/html", i.URL}}, Content: i.Text}
		if i.Author != "" {
			e.Author = &atomAuthor{i.Author, i.AuthorURL}
		}
		if i.Image != "" {
			e.Links = append(e.Links, atomLink{"enclosure", "image/jpeg", i.Image})
		}
		for _, t := range i.Tags {
			e.Categories = append(e.Categories, atomCategory{t})
		}
		out.Entries = append(out.Entries, e)
	}
	b := bytes.NewBufferString(xml.Header)
	err := xml.NewEncoder(b).Encode(out)
	return b.Bytes(), err
}
