// Package docs holds what stands in this folder and is shown on pages too.
package docs

import _ "embed"

// APIChanges is the change log of the API, as Markdown.
//
//go:embed api-changes.md
var APIChanges string
