package market

import "slices"

// Entry is a listing as the pool knows it: everything the rules of a match and the search index need, and nothing
// that may not leave the database before two groups are connected. Its Point is the public one.
type Entry struct {
	Listing  Listing
	Group    Standing
	Point    Point // public; zero for an online listing without a place
	Outcode  string
	Borough  string
	Region   string
	Networks []ID         // the audience's networks: joined by the group, and all below them
	Lent     []Allocation // current and coming allocations of an offer
	Taken    int          // how much of a need its connected introductions fill
	Asked    int          // requests open on an offer, or introductions open on a need
	Meaning  Meaning      // of the text as it stands; zero until it is read
}

// Standing is what rules need to know of a listing's group.
type Standing struct {
	ID        ID
	Name      string // the public name: the alias when the name is hidden
	Alias     bool   // Name is an alias
	LegalForm LegalForm
	Languages []string
	Active    bool // neither paused, held, removed nor closed
	Hidden    bool // held, removed or closed: seen by its own members only
	Joined    []ID // networks it joined itself
	Evidence  []Evidence
	Checked   CheckLevel
	Blocked   []ID // groups it blocked or was blocked by
	Helped    int  // introductions of the last 30 days by which the group was given something
	Kept      int  // exchanges known to have happened
	Broken    int  // exchanges known not to have
	Sample    bool
}

// Wanted is how much of a need is still wanted; see Listing.Wanted.
func (e Entry) Wanted() int { return e.Listing.Wanted(e.Taken) }

// LeastWanted is the least of what is still wanted that is of use: the smallest part, or all of it where the need may not be
// split. The last rest may be smaller than that part, or it could never be filled.
func (e Entry) LeastWanted() int {
	if e.Listing.Splittable {
		return max(1, min(e.Listing.SmallestPart, e.Wanted()))
	}
	return max(1, e.Wanted())
}

// Partly reports whether others fill a need in part, so that less is wanted than it says.
func (e Entry) Partly() bool { return e.Listing.Side == Need && e.Taken > 0 && e.Wanted() > 0 }

// Filled reports whether a need has all that it wants.
func (e Entry) Filled() bool { return e.Listing.Side == Need && e.Wanted() == 0 }

// TellsNetworks reports whether a viewer may be told that the entry's group is in one of some networks, as Group.TellsNetwork.
func (e Entry) TellsNetworks(v Viewer, networks ...ID) bool {
	return v.toldOf(e.Group.Alias, e.Group.ID, networks)
}

// ReadableBy reports whether a viewer may read the listing, open or closed.
func (e Entry) ReadableBy(v Viewer) bool {
	if v.System || v.Operator || v.In(e.Listing.GroupID) {
		return true
	}
	if e.Listing.OpenedAt == nil || e.Listing.Life == Draft || e.Listing.Life == Removed || e.Group.Hidden {
		return false
	}
	if v.Within != nil && e.Group.Alias { // whoever is let into some networks only would learn that it is in one of them
		return false
	}
	return !slices.ContainsFunc(e.Group.Blocked, v.In) && v.Sees(e.Audience())
}

// Audience of the entry.
func (e Entry) Audience() Audience {
	return Audience{Circle: e.Listing.Circle, GroupID: e.Listing.GroupID, Networks: e.Networks, Borough: e.Borough, Region: e.Region}
}

// AsViewer is the entry's group as a viewer, to ask whether it may see the other side.
func (e Entry) AsViewer() Viewer {
	return Viewer{Roles: map[ID]Role{e.Listing.GroupID: Reader}, Networks: e.Group.Joined,
		Boroughs: []string{e.Borough}, Regions: []string{e.Region}}
}
