;; Writes "Thread N was here!" into a shared memory, at 32 bytes for each thread.
(module
  (import "env" "memory" (memory 1 5 shared))
  (data $text "Thread ? was here!")
  ;; Writes the text of a thread and counts it.
  (func (export "work") (param $number i32)
    (local $at i32)
    (local.set $at (i32.mul (local.get $number) (i32.const 32)))
    (memory.init $text (local.get $at) (i32.const 0) (i32.const 18))
    (i32.store8 offset=7 (local.get $at) (i32.add (i32.const 0x30) (local.get $number)))
    (drop (i32.atomic.rmw.add (i32.const 256) (i32.const 1)))
    (drop (memory.atomic.notify (i32.const 256) (i32.const 1))))
  ;; Waits until so many threads have been there.
  (func (export "wait") (param $threads i32)
    (local $seen i32)
    (loop $again
      (local.set $seen (i32.atomic.load (i32.const 256)))
      (if (i32.lt_u (local.get $seen) (local.get $threads)) (then
        (drop (memory.atomic.wait32 (i32.const 256) (local.get $seen) (i64.const -1)))
        (br $again))))))
