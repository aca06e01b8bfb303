package queue

// hand does the jobs of one task one after the other, in a goroutine that it keeps: its stack grows once, and not for each of them
// anew, which took 4 % of what a worker did while it sent mails. Used by one goroutine.
type hand struct{ jobs chan func() }

// do begins a job. The one before has ended, or its hand was let go.
func (h *hand) do(job func()) {
	if h.jobs == nil {
		h.jobs = make(chan func())
		go work(h.jobs)
	}
	h.jobs <- job
}

// free lets go of the hand: it ends once its job has, whenever that is, and the next job gets another.
func (h *hand) free() {
	if h.jobs != nil {
		close(h.jobs)
		h.jobs = nil
	}
}

func work(jobs <-chan func()) {
	for job := range jobs {
		job()
	}
}
