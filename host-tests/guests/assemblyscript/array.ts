export function sum(count: i32): i32 {
  const values = new Array<i32>();
  for (let i = 0; i < count; i++) values.push(i);
  return values.reduce((sum, value) => sum + value, 0);
}
