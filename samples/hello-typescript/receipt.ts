export interface Order {
  items: { name: string; price: number; count: number }[];
}

export function receipt({ items }: Order): { total: number; lines: string[] } {
  const lines = items.map((item) => `${item.count} × ${item.name}: ${(item.count * item.price).toFixed(2)}`);
  return { lines, total: items.reduce((sum, item) => sum + item.count * item.price, 0) };
}
