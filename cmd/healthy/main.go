// Command healthy asks an address and exits 0 when it answers 200: what a container's health check runs, in an image that
// holds no shell and no curl.
package main

import (
	"fmt"
	"net/http"
	"os"
	"time"
)

// within is how long an answer may take; shorter than the time-out of the health checks in docker-compose.yml.
const within = 3 * time.Second

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "healthy wants one address, such as http://127.0.0.1:8080/readyz")
		os.Exit(2)
	}
	answer, err := (&http.Client{Timeout: within}).Get(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		fmt.Fprintln(os.Stderr, answer.Status)
		os.Exit(1)
	}
}
