package change_test
import "testing"
func TestZZ(t *testing.T) { s := newStage(t, 1540); for _, x := range s.w.Structures { t.Log(x) }; for _, d := range s.w.Departments { t.Log(d) }; for _, m := range s.w.Memberships { if m.User == "u2" { t.Log(m) } } }
