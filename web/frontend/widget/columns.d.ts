/** One language of `said.ts`, as the build makes it. */
declare module "said:*" {
  const words: Record<keyof typeof import("./said").SAID, string>;
  export default words;
}
