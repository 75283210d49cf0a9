// libmosquitto 2.0.11 unlocks a mutex it does not hold when a DISCONNECT arrives. The connection is over then, and no
// other thread has it.
#ifdef __SANITIZE_THREAD__
extern "C" const char* __tsan_default_suppressions() {
  return "mutex:libmosquitto.so\n";
}
#endif
