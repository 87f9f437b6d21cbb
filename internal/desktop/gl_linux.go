//go:build desktop && !bindings

package desktop

// #cgo LDFLAGS: -ldl
// #include <dlfcn.h>
// #include <stddef.h>
//
// static void look(void) {
//     void *egl = dlopen("libEGL.so.1", RTLD_NOW);
//     if (egl == NULL) return;
//     void *(*display)(void *) = (void *(*)(void *))dlsym(egl, "eglGetDisplay");
//     if (display != NULL) display(NULL);
// }
import "C"

import "os"

// drivers names the files in which EGL finds the drivers of the machine (libglvnd).
const drivers = "__EGL_VENDOR_LIBRARY_FILENAMES"

// withoutGL lets this process find no OpenGL driver, which the web view would load and never use here: 20 MB, and a part of the start. EGL looks
// for its drivers once, and is made to look while there is none; the process that draws the pages begins later and finds them.
func withoutGL() {
	if os.Getenv(drivers) != "" {
		return
	}
	_ = os.Setenv(drivers, "none")
	C.look()
	_ = os.Unsetenv(drivers)
}
