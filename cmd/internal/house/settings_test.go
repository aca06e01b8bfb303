package house

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"wherewithal/config"
)

// idle says why a program may build something from a setting that it does not read: that part of it does nothing there.
var idle = map[string]string{
	"worker SessionIdle":  "nobody signs in to it",
	"worker SessionMax":   "nobody signs in to it",
	"worker GeocoderURL":  "nobody writes a place to it",
	"worker NominatimURL": "nobody writes a place to it",
}

// A setting that a program does not read is its zero value there, whatever the operator says: what is built from it forgets
// what the operator wants. Names are followed, not types, which finds too much rather than too little.
func TestAProgramIsBuiltFromSettingsThatItReads(t *testing.T) {
	settings := map[string]string{} // by field: for which programs
	for _, f := range reflect.VisibleFields(reflect.TypeFor[config.Config]()) {
		if f.Tag.Get("env") != "" {
			settings[f.Name] = f.Tag.Get("for")
		}
	}
	for _, program := range []string{"api", "worker", "hub"} {
		found := uses(t, program, settings)
		if len(found) < 10 {
			t.Fatalf("%s: only %v found", program, found)
		}
		for _, field := range found {
			reads := slices.Contains(strings.Fields(settings[field]), program)
			if why := idle[program+" "+field]; reads == (why != "") {
				t.Errorf("%s is built from %s, reads it: %v, excused because %q", program, field, reads, why)
			}
		}
	}
}

// uses are the settings named by what a program's main leads to.
func uses(t *testing.T, program string, settings map[string]string) (found []string) {
	t.Helper()
	funcs := map[string][]*ast.FuncDecl{}
	for _, pattern := range []string{"*.go", "../../" + program + "/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range f.Decls {
				if d, ok := d.(*ast.FuncDecl); ok && !strings.HasSuffix(name, "_test.go") {
					funcs[d.Name.Name] = append(funcs[d.Name.Name], d)
				}
			}
		}
	}
	for seen, next := map[string]bool{}, []string{"main"}; len(next) > 0; next = next[1:] {
		if seen[next[0]] {
			continue
		}
		seen[next[0]] = true
		var look func(n ast.Node) bool
		look = func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.KeyValueExpr: // the name of a field calls nothing
				ast.Inspect(n.Value, look)
				return false
			case *ast.SelectorExpr:
				if settings[n.Sel.Name] != "" && isConfig(n.X) && !slices.Contains(found, n.Sel.Name) {
					found = append(found, n.Sel.Name)
				}
			case *ast.Ident:
				next = append(next, n.Name)
			}
			return true
		}
		for _, f := range funcs[next[0]] {
			ast.Inspect(f.Body, look)
		}
	}
	return found
}

// isConfig reports whether an expression is the settings as the programs name them: c, h.Config.
func isConfig(x ast.Expr) bool {
	switch x := x.(type) {
	case *ast.Ident:
		return x.Name == "c"
	case *ast.SelectorExpr:
		return x.Sel.Name == "Config"
	}
	return false
}
