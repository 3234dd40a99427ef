;; A program that starts threads: they count, grow the memory, wait for each other, and one may trap.
(module
  (import "env" "memory" (memory 1024 2048 shared (pagesize 1)))
  (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
  (func $start (drop (i32.atomic.rmw.add (i32.const 64) (i32.const 1))))
  (start $start)
  ;; Counts to its argument at address 0, and then one thread more at address 4.
  (func (export "wasi_thread_start") (param $id i32) (param $times i32)
    (if (i32.eqz (local.get $times)) (then unreachable))
    (loop $next
      (drop (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))
      (br_if $next (local.tee $times (i32.sub (local.get $times) (i32.const 1)))))
    (drop (memory.grow (i32.const 100)))
    (drop (i32.atomic.rmw.add (i32.const 4) (i32.const 1)))
    (drop (memory.atomic.notify (i32.const 4) (i32.const 1))))
  ;; Starts so many threads, waits for them, and gives what they have counted.
  (func (export "run") (param $threads i32) (param $times i32) (result i32)
    (local $left i32) (local $done i32)
    (i32.atomic.store (i32.const 0) (i32.const 0))
    (i32.atomic.store (i32.const 4) (i32.const 0))
    (local.set $left (local.get $threads))
    (loop $next
      (if (i32.le_s (call $spawn (local.get $times)) (i32.const 0)) (then (return (i32.const -1))))
      (br_if $next (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
    (loop $wait
      (local.set $done (i32.atomic.load (i32.const 4)))
      (if (i32.lt_u (local.get $done) (local.get $threads)) (then
        (drop (memory.atomic.wait32 (i32.const 4) (local.get $done) (i64.const -1)))
        (br $wait))))
    (i32.atomic.load (i32.const 0)))
  ;; Tells at address 16 that it waits, and waits until somebody notifies address 8.
  (func (export "park") (result i32)
    (i32.atomic.store (i32.const 16) (i32.const 1))
    (memory.atomic.wait32 (i32.const 8) (i32.const 0) (i64.const -1))))
