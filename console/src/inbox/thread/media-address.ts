/** Where the bytes of a message's file are. The server sends them with their own type and never as a page. */
export function mediaAddress(id: string): string {
  return `/api/v1/media/${encodeURIComponent(id)}`;
}
