/* global trace */
import { Button, View } from '@tarojs/components';
import Taro, { useDidShow, useLoad } from '@tarojs/taro';
import { useState } from 'react';

export default function A() {
  const [n, setN] = useState(0);
  useLoad((query) => trace('a.onLoad', query.from));
  useDidShow(() => trace('a.onShow'));
  const go = () => {
    setN(n + 1);
    trace('go', n);
    Taro.navigateTo({ url: '/pages/b/index?id=1' });
  };
  return (
    <View>
      <Button id="go" onClick={go}>{n}</Button>
    </View>
  );
}
