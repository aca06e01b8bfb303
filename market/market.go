// Package market holds the words of Wherewithal: people, groups, networks, places, listings, matches, introductions
// and exchanges, with their states, their validation and the named errors.
//
// It promises that a value which passes Validate can be stored, ranked and shown. It knows nothing of databases,
// mail, pages or clocks: business time always arrives as an argument. It imports the standard library only.
package market
