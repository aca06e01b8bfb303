package intake

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"wherewithal/market"
)

// service is of Open Referral UK 3.0 (HSDS 3.0) what we read of a service; the rest is passed over.
type service struct {
	ID             string `json:"id"`
	Name           string `json:"name"`
	Description    string `json:"description"`
	URL            string `json:"url"`
	Status         string `json:"status"`
	OrganizationID string `json:"organization_id"`
	Organization   struct {
		ID string `json:"id"`
	} `json:"organization"`
	CostOptions []struct {
		Amount            float64 `json:"amount"`
		AmountDescription string  `json:"amount_description"`
	} `json:"cost_options"`
	Schedules  []schedule `json:"schedules"`
	Attributes []struct {
		TaxonomyTerm struct {
			Code string `json:"code"`
			Name string `json:"name"`
		} `json:"taxonomy_term"`
	} `json:"attributes"`
	Locations []struct {
		Location struct {
			Addresses []struct {
				PostalCode string `json:"postal_code"`
			} `json:"addresses"`
		} `json:"location"`
		Schedules []schedule `json:"schedules"`
	} `json:"service_at_locations"`
}

type schedule struct {
	Freq     string `json:"freq"`
	ByDay    string `json:"byday"`
	OpensAt  string `json:"opens_at"`
	ClosesAt string `json:"closes_at"`
}

// HSDS reads services of Open Referral UK: an array of them, or an object that has them under "services" or, as a page of an
// API has, "contents". Errors are those of CSV.
func HSDS(file io.Reader, do func(Row) error) error {
	in := &bounded{from: file, left: MaxBytes, here: 1 << 20} // what stands before the services
	d := json.NewDecoder(bufio.NewReader(in))
	found, err := toArray(d)
	if err != nil {
		return broken(d, err)
	}
	if !found {
		return market.Refuse("file", "file_services")
	}
	for n := 1; d.More(); n++ {
		if n > MaxRows {
			return market.Refuse("file", "file_rows", "Max", MaxRows)
		}
		in.here = maxRow
		row := Row{Number: n}
		var said json.RawMessage
		if err := d.Decode(&said); err != nil {
			return broken(d, err)
		}
		if err := row.decode(said); err != nil {
			return err
		}
		if err := do(row); err != nil {
			return err
		}
	}
	_, err = d.Token()
	return broken(d, err)
}

// decode reads one service as it stands in the file: encoding/json would make other characters of those that are broken.
func (r *Row) decode(said json.RawMessage) error {
	var s service
	err := json.Unmarshal(said, &s)
	var wrong *json.UnmarshalTypeError
	switch whole := utf8.Valid(said) && !market.Halved(said); {
	case err != nil && !errors.As(err, &wrong):
		return err
	case !whole:
		r.fault("row", "text_broken")
	case wrong != nil:
		r.fault(wrong.Field, "file_type")
	default:
		r.service(s)
		return nil
	}
	if !strings.ContainsAny(s.ID, "\x00\uFFFD") {
		r.Supply.Reference = s.ID
	}
	return nil
}

func broken(d *json.Decoder, err error) error {
	var refused *market.Invalid
	if err == nil || errors.As(err, &refused) {
		return err
	}
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, errLong) {
		return market.Refuse("file", "file_json", "At", d.InputOffset())
	}
	return err
}

// toArray goes on to where the services begin.
func toArray(d *json.Decoder) (found bool, err error) {
	token, err := d.Token()
	if err != nil || token == json.Delim('[') {
		return err == nil, err
	}
	if token != json.Delim('{') {
		return false, nil
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return false, err
		}
		if name == "services" || name == "contents" {
			token, err := d.Token()
			return token == json.Delim('['), err
		}
		var passed json.RawMessage
		if err := d.Decode(&passed); err != nil {
			return false, err
		}
	}
	return false, nil
}

// service makes a listing of one: an offer, to whoever comes. Its kind is that of an attribute with the code of one of ours,
// and otherwise a skill.
func (r *Row) service(s service) {
	l := &r.Supply.Listing
	r.Supply.Reference, r.Supply.Group = s.ID, s.OrganizationID
	if r.Supply.Group == "" {
		r.Supply.Group = s.Organization.ID
	}
	*l = market.Listing{Side: market.Offer, Kind: market.Skill, Title: s.Name, Description: s.Description, Language: "en-GB",
		Quantity: 1, Where: market.Online, Terms: market.Terms{Kind: market.Shared}, Circle: market.Anyone}
	r.Closed = s.Status != "" && s.Status != "active"
	for _, a := range s.Attributes {
		if k, known := market.StandardKind(strings.ToLower(a.TaxonomyTerm.Code)); known {
			l.Kind = k.Code
		} else if name := strings.TrimSpace(a.TaxonomyTerm.Name); name != "" {
			r.tag(name)
		}
	}
	for _, c := range s.CostOptions {
		if c.Amount > 0 {
			l.Terms = market.Terms{Kind: market.AtCost, Pence: int(math.Round(min(c.Amount, 1e6) * 100)), For: c.AmountDescription}
			break
		}
	}
	times := s.Schedules
	for _, at := range s.Locations {
		for _, a := range at.Location.Addresses {
			if r.Supply.Postcode == "" && a.PostalCode != "" {
				r.Supply.Postcode, l.Where = a.PostalCode, market.AtPlace
			}
		}
		times = append(times, at.Schedules...)
	}
	r.schedules(times)
	r.trim()
	r.clip("title", &l.Title, 120)
	r.clip("description", &l.Description, market.MaxDescription)
	r.clip("termsFor", &l.Terms.For, 200)
}

// tag is one more, where there is room for it.
func (r *Row) tag(name string) {
	l := &r.Supply.Listing
	if slices.Contains(l.Tags, strings.ToLower(name)) {
		return
	}
	if len(l.Tags) == market.MaxTags || utf8.RuneCountInString(name) > market.MaxTag {
		r.cut("tags", "tag_cut", "Tag", short(name), "Most", market.MaxTags, "Max", market.MaxTag)
		return
	}
	l.Tags = append(l.Tags, strings.ToLower(name))
}

// schedules are the weekly times; others are left out, and stand in the description if anywhere.
func (r *Row) schedules(all []schedule) {
	for _, s := range all {
		if !strings.EqualFold(s.Freq, "WEEKLY") || s.ByDay == "" || len(r.Supply.Listing.When.Windows) == 24 {
			continue
		}
		start, err := market.ParseMinute(clock(s.OpensAt))
		end, wrong := market.ParseMinute(clock(s.ClosesAt))
		days := r.days(s.ByDay)
		if err == nil && wrong == nil && end > start && days != 0 {
			r.Supply.Listing.When.Windows = append(r.Supply.Listing.When.Windows, market.Window{Repeat: market.Weekly, Days: days, Start: start, End: end})
		}
	}
}

// clock is the hours and minutes of a time that may have seconds and a zone behind.
func clock(s string) string {
	if len(s) > 5 {
		return s[:5]
	}
	return s
}

// clip cuts off what is longer than a text may be, and says so.
func (r *Row) clip(column string, text *string, most int) {
	*text = strings.TrimSpace(*text)
	if all := []rune(*text); len(all) > most {
		*text = strings.TrimSpace(string(all[:most]))
		r.cut(column, "text_cut", "Over", len(all)-most, "Max", most)
	}
}
