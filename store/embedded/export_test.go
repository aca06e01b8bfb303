package embedded

import "testing"

// WithoutMachines lets a test run as on a machine that has no Postgres 17 of its own.
func WithoutMachines(t *testing.T) {
	had := machineBin
	machineBin = t.TempDir()
	t.Cleanup(func() { machineBin = had })
}
