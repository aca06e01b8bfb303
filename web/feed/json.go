package feed

import "encoding/json"

// JSONType is what a JSON Feed is served as.
const JSONType = "application/feed+json; charset=utf-8"

type jsonFeed struct {
	Version  string       `json:"version"`
	Title    string       `json:"title"`
	Home     string       `json:"home_page_url"`
	Self     string       `json:"feed_url"`
	About    string       `json:"description,omitempty"`
	Icon     string       `json:"icon,omitempty"`
	Authors  []jsonAuthor `json:"authors,omitempty"`
	Language string       `json:"language,omitempty"`
	Items    []jsonItem   `json:"items"`
}

type jsonAuthor struct {
	Name string `json:"name"`
	URL  string `json:"url,omitempty"`
}

type jsonItem struct {
	ID        string         `json:"id"`
	URL       string         `json:"url"`
	Title     string         `json:"title"`
	Text      string         `json:"content_text"` // an item must have content, be it empty
	Image     string         `json:"image,omitempty"`
	Published string         `json:"date_published"`
	Modified  string         `json:"date_modified"`
	Authors   []jsonAuthor   `json:"authors,omitempty"`
	Tags      []string       `json:"tags,omitempty"`
	Language  string         `json:"language,omitempty"`
	More      map[string]any `json:"_wherewithal,omitempty"`
}

// WriteJSON is the feed as JSON Feed 1.1.
func (f Feed) WriteJSON() ([]byte, error) {
	out := jsonFeed{Version: "https://jsonfeed.org/version/1.1", Title: f.Title, Home: f.Home, Self: f.JSON, About: f.About, Icon: f.Icon,
		Language: f.Language, Items: make([]jsonItem, len(f.Items))}
	if f.Author != "" {
		out.Authors = []jsonAuthor{{Name: f.Author}}
	}
	for n, i := range f.Items {
		out.Items[n] = jsonItem{ID: i.urn(), URL: i.URL, Title: i.Title, Text: i.Text, Image: i.Image, Published: stamp(i.Published),
			Modified: stamp(i.Updated), Tags: i.Tags, Language: i.Language, More: i.More}
		if i.Author != "" {
			out.Items[n].Authors = []jsonAuthor{{i.Author, i.AuthorURL}}
		}
	}
	return json.Marshal(out)
}
