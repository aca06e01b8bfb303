// Package sample invents a London: groups, people, networks, places, listings and what came of some of them, for an
// empty database to show and for tests to work on.
//
// It promises the same World for the same seed and day, a World that passes market's own validation, and that no
// organisation, person or exact place in it is real; groups and networks are marked as samples and addresses end in
// .example. It reads no clock and touches nothing outside.
package sample
