//go:build !race

package introduction_test

// crowd is how many yeses come in at the same moment.
const crowd = 200
