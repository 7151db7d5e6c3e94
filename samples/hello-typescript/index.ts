import { receipt, type Order } from './receipt.ts';

export const handler = async (order: Order): Promise<{ total: number; lines: string[] }> => {
  console.log('An order of', order.items.length, 'items');
  return receipt(order);
};
