//go:build race

package introduction_test

// crowd is smaller where each step is watched for races: a crowd of any size takes the same ways.
const crowd = 40
