package api

import (
	"cmp"
	"time"

	"wherewithal/market"
)

// Terms are what the giver asks, or the most a taker can accept.
type Terms struct {
	Kind     string `json:"kind" enum:"gift,loan,shared,at_cost,swap"`
	LoanDays int    `json:"loanDays,omitempty" required:"false" minimum:"0" maximum:"3650" doc:"Loan: how long at most."`
	Pence    int    `json:"pence,omitempty" required:"false" minimum:"0" maximum:"10000000" doc:"At cost: the amount; of a need the most it can pay."`
	Per      string `json:"per,omitempty" required:"false" enum:"hour,day,use"`
	For      string `json:"for,omitempty" required:"false" maxLength:"200" doc:"At cost: what the money is for. Swap: what is wanted."`
}

// Asks are what a giver requires of the group that takes.
type Asks struct {
	Constituted  bool   `json:"constituted,omitempty" required:"false"`
	Insurance    bool   `json:"insurance,omitempty" required:"false" doc:"Public liability insurance."`
	Safeguarding bool   `json:"safeguarding,omitempty" required:"false" doc:"A safeguarding policy."`
	Over18       bool   `json:"over18,omitempty" required:"false"`
	Checked      string `json:"checked,omitempty" required:"false" enum:"basic,standard,enhanced" doc:"People checked at this level."`
	Activity     string `json:"activity,omitempty" required:"false" maxLength:"200" doc:"The activity that makes it lawful to ask for checks."`
}

// Said is what a listing says: what a program sends, and reads again.
type Said struct {
	Side         string         `json:"side" enum:"offer,need"`
	Kind         string         `json:"kind" maxLength:"40" example:"room" doc:"A code of /kinds."`
	Title        string         `json:"title" minLength:"3" maxLength:"120"`
	Description  string         `json:"description,omitempty" required:"false" maxLength:"4000" doc:"Plain text, without links, addresses and phone numbers."`
	Language     string         `json:"language,omitempty" required:"false" maxLength:"20" default:"en-GB" doc:"Of the text, a tag of BCP 47: en-GB, cy, ar. Anything else is refused."`
	Tags         []string       `json:"tags,omitempty" required:"false" nullable:"false" maxItems:"12"`
	Facts        map[string]any `json:"facts,omitempty" required:"false" doc:"By the kind's facts: numbers, true or false, or text. Of a need: the least that would do."`
	Quantity     int            `json:"quantity,omitempty" required:"false" minimum:"1" maximum:"100000" default:"1"`
	Unit         string         `json:"unit,omitempty" required:"false" maxLength:"30" example:"chairs"`
	Splittable   bool           `json:"splittable,omitempty" required:"false" doc:"A part of the quantity is useful."`
	SmallestPart int            `json:"smallestPart,omitempty" required:"false" minimum:"0" maximum:"100000"`
	When         When           `json:"when,omitempty" required:"false"`
	Where        string         `json:"where" enum:"at_place,delivered,collected,online"`
	ReachKM      float64        `json:"reachKm,omitempty" required:"false" minimum:"0" maximum:"500" doc:"How far the side that travels goes; 5 when left out."`
	Terms        Terms          `json:"terms"`
	Has          []string       `json:"has,omitempty" required:"false" nullable:"false" enum:"step_free,accessible_toilet,hearing_loop,quiet_room,parking,baby_changing" doc:"Offer: what the place has."`
	Requires     []string       `json:"requires,omitempty" required:"false" nullable:"false" enum:"step_free,accessible_toilet,hearing_loop,quiet_room,parking,baby_changing" doc:"Need: what it cannot do without."`
	Asks         Asks           `json:"asks,omitempty" required:"false"`
	Welcomes     []string       `json:"welcomes,omitempty" required:"false" nullable:"false" enum:"alcohol,amplified_music,religious,political,commercial,children,animals" doc:"Offer: uses that are welcome."`
	NotAllowed   []string       `json:"notAllowed,omitempty" required:"false" nullable:"false" enum:"alcohol,amplified_music,religious,political,commercial,children,animals" doc:"Offer: uses that are not."`
	Involves     []string       `json:"involves,omitempty" required:"false" nullable:"false" enum:"alcohol,amplified_music,religious,political,commercial,children,animals" doc:"Need: what it will involve."`
	Circle       string         `json:"circle,omitempty" required:"false" enum:"networks,borough,city,anyone" doc:"Who may see it; anyone: search engines and partner sites show it. Left out: city for a new listing, and as it was in a change."`
	Widens       bool           `json:"widens,omitempty" required:"false" doc:"The circle widens by itself, a step after 48 hours."`
	Urgent       bool           `json:"urgent,omitempty" required:"false"`
	PlaceID      string         `json:"placeId,omitempty" required:"false" format:"uuid" doc:"A place of the group, of /groups. Read by its own group only."`
}

// Draft is a listing on its way.
type Draft struct {
	GroupID string `json:"groupId" format:"uuid" doc:"A group that the token's person posts for."`
	Said
}

// GroupName is a group in passing.
type GroupName struct {
	ID   string `json:"id" format:"uuid"`
	Name string `json:"name" doc:"An alias where the group's name is only told after both say yes."`
}

// Spot is roughly where something is.
type Spot struct {
	Borough string  `json:"borough,omitempty"`
	Lat     float64 `json:"lat" doc:"Of the public point, 400 to 800 m from the place."`
	Lng     float64 `json:"lng"`
}

// PostedBy is the partner that posted a listing for its group.
type PostedBy struct {
	Name string `json:"name"`
	URL  string `json:"url" format:"uri" doc:"Its page about the listing, or its site."`
}

// Listing is an offer or a need.
type Listing struct {
	ID      string    `json:"id" format:"uuid"`
	Version int64     `json:"version" doc:"Grows with every change; the ETag holds it."`
	URL     string    `json:"url" format:"uri" doc:"Its page."`
	Group   GroupName `json:"group"`
	Said
	PostedBy    *PostedBy  `json:"postedBy,omitempty" doc:"Which partner posted it for the group; missing where the group did itself. Introductions reach the group."`
	Place       *Spot      `json:"place,omitempty" doc:"Missing for a listing without one."`
	Photos      []Photo    `json:"photos" nullable:"false" doc:"In their order; show the first where there is room for one. What was taken away or hidden is not here: drop it from a copy."`
	Life        string     `json:"life" enum:"draft,open,paused,fulfilled,withdrawn,expired,removed"`
	PausedUntil *time.Time `json:"pausedUntil,omitempty" doc:"When it opens again by itself."`
	OpenedAt    *time.Time `json:"openedAt,omitempty"`
	ExpiresAt   *time.Time `json:"expiresAt,omitempty"`
	UpdatedAt   time.Time  `json:"updatedAt"`
	Sample      bool       `json:"sample,omitempty" doc:"Invented, to look at."`
}

// listing is what the viewer reads of an entry, with its photos.
func (a *API) listing(v market.Viewer, e market.Entry, photos []market.Photo) Listing {
	l := e.Listing
	out := Listing{ID: string(l.ID), Version: l.Version, URL: a.Config.Link("/listings/" + string(l.ID)),
		Group: GroupName{ID: string(l.GroupID), Name: e.Group.Name}, Said: saidOf(l), Life: string(l.Life),
		OpenedAt: utc(l.OpenedAt), ExpiresAt: utc(l.ExpiresAt), UpdatedAt: l.UpdatedAt.UTC(), Sample: e.Group.Sample, Photos: a.photos(photos)}
	if l.Life == market.Paused { // what is hidden keeps its day
		out.PausedUntil = utc(l.PausedUntil)
	}
	if !v.In(l.GroupID) {
		out.PlaceID = ""
	}
	if !e.Point.IsZero() {
		out.Place = &Spot{Borough: e.Borough, Lat: e.Point.Lat, Lng: e.Point.Lng}
	}
	return out
}

// credit says of listings which partner posted them.
func (a *API) credit(c *call, listings ...*Listing) error {
	ids := make([]market.ID, len(listings))
	for i, l := range listings {
		ids[i] = market.ID(l.ID)
	}
	by, err := a.Store.PostersOf(c.ctx, ids)
	for _, l := range listings {
		if p, ok := by[market.ID(l.ID)]; ok {
			l.PostedBy = &PostedBy{Name: p.Partner, URL: cmp.Or(p.Link, p.Site)}
		}
	}
	return err
}

func saidOf(l market.Listing) Said {
	t, as := l.Terms, l.Asks
	return Said{Side: string(l.Side), Kind: l.Kind, Title: l.Title, Description: l.Description, Language: l.Language, Tags: l.Tags,
		Facts: l.Facts, Quantity: l.Quantity, Unit: l.Unit, Splittable: l.Splittable, SmallestPart: l.SmallestPart, When: whenOf(l.When),
		Where: string(l.Where), ReachKM: l.ReachKM,
		Terms: Terms{Kind: string(t.Kind), LoanDays: t.LoanDays, Pence: t.Pence, Per: t.Per, For: t.For},
		Has:   texts(l.Has), Requires: texts(l.Requires),
		Asks: Asks{Constituted: as.Constituted, Insurance: as.Insurance, Safeguarding: as.Safeguarding, Over18: as.Over18,
			Checked: string(as.Checked), Activity: as.Activity},
		Welcomes: texts(l.Welcomes), NotAllowed: texts(l.NotAllowed), Involves: texts(l.Involves), Circle: string(l.Circle),
		Widens: l.Widens, Urgent: l.Urgent, PlaceID: string(l.PlaceID)}
}

// over writes what was sent over a listing, whose group, life and history stay. A circle that was not sent stays as well:
// nothing is shown to more people because somebody forgot to say.
func (s Said) over(l market.Listing) (market.Listing, error) {
	place, err := placeID(s.PlaceID)
	if err != nil {
		return l, err
	}
	t, as := s.Terms, s.Asks
	l.Side, l.Kind, l.Title, l.Description, l.Language = market.Side(s.Side), s.Kind, s.Title, s.Description, s.Language
	l.Tags, l.Facts, l.Quantity, l.Unit, l.Splittable, l.SmallestPart = s.Tags, s.Facts, s.Quantity, s.Unit, s.Splittable, s.SmallestPart
	l.When, l.Where, l.ReachKM, l.PlaceID = s.When.market(), market.Where(s.Where), s.ReachKM, place
	l.Terms = market.Terms{Kind: market.TermsKind(t.Kind), LoanDays: t.LoanDays, Pence: t.Pence, Per: t.Per, For: t.For}
	l.Has, l.Requires = typed[market.Feature](s.Has), typed[market.Feature](s.Requires)
	l.Asks = market.Asks{Constituted: as.Constituted, Insurance: as.Insurance, Safeguarding: as.Safeguarding, Over18: as.Over18,
		Checked: market.CheckLevel(as.Checked), Activity: as.Activity}
	l.Welcomes, l.NotAllowed, l.Involves = typed[market.Use](s.Welcomes), typed[market.Use](s.NotAllowed), typed[market.Use](s.Involves)
	if s.Circle != "" {
		l.Circle = market.Circle(s.Circle)
	}
	l.Widens, l.Urgent = s.Widens, s.Urgent
	return l, nil
}

// placeID is a place as our ids are written: the schema's uuid has other spellings.
func placeID(text string) (market.ID, error) {
	if text == "" {
		return "", nil
	}
	id, err := market.ParseID(text)
	if err != nil {
		return "", market.Refuse("place", "place_missing")
	}
	return id, nil
}

func (d Draft) listing() (market.Listing, error) {
	group, err := market.ParseID(d.GroupID)
	if err != nil {
		return market.Listing{}, err
	}
	return d.over(market.Listing{GroupID: group, Circle: market.InCity})
}

func utc(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	u := t.UTC()
	return &u
}
