package chaos

import "penstock/model"

// drained checks that everything came to an end.
func (w *watcher) drained(run *model.Run) {
}
